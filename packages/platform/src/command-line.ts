import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { ConfigError } from './config.ts';
import { AppError, errorCode } from './errors.ts';

/** What was typed does not fit the command. Its message says what is wrong, in a sentence; how to use that command is printed beneath. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse';
}

/** What was typed: options by name (`--days 3` or `--days=3`) and, in order, everything else. */
export type Typed<Option extends string> = { options: Partial<Record<Option, string>>; words: string[] };

/** Where a command is run: what was typed after its name, its settings, and where it prints. */
export type CommandLine = {
  readonly args: readonly string[];
  readonly env: Record<string, string | undefined>;
  readonly print: { readonly out: (text: string) => void; readonly err: (text: string) => void };
};

/** The command line of this process. */
export const thisProcess: CommandLine = {
  args: process.argv.slice(2),
  env: process.env,
  print: {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  },
};

const unanswered: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing answers at the address in DATABASE_URL. Is the database started?',
  ENOTFOUND: 'The host in DATABASE_URL is not known.',
  '28P01': 'The database refuses the password in DATABASE_URL.',
  '28000': 'The database does not let the user in DATABASE_URL in.',
  '3D000':
    'There is no database of the name in DATABASE_URL. The service makes its tables; the database must be there.',
  '42P01': 'The database in DATABASE_URL has no tables yet. Start the service once: it makes them.',
};

/**
 * Runs a command: reads what was typed, prints `usage` for `--help`, and turns what goes wrong into a sentence on standard error.
 * Gives the exit status: 0 when it is done, 1 when it could not be, 2 when what was typed does not fit.
 */
export async function runCommand<Option extends string>(command: {
  usage: string;
  options: readonly Option[];
  args: readonly string[];
  print: CommandLine['print'];
  /** Errors of other kinds than `AppError` whose sentence may be shown. Null: not one of those. */
  explain?: (error: unknown) => string | null;
  run: (typed: Typed<Option>) => Promise<void>;
}): Promise<0 | 1 | 2> {
  const { usage, options, args, explain } = command;
  const { out, err } = command.print;
  if (args.some((arg) => arg === '--help' || arg === '-h')) {
    out(`${usage}\n`);
    return 0;
  }
  try {
    await command.run(read(options, args));
    return 0;
  } catch (error) {
    if (error instanceof WrongUse) {
      err(`${error.message}\n\n${usageOf(usage, args)}\n`);
      return 2;
    }
    const isSaid = error instanceof ConfigError || error instanceof AppError;
    const sentence = explain?.(error) ?? (isSaid ? error.message : (unanswered[errorCode(error)] ?? null));
    err(`${sentence ?? `It did not work (${errorCode(error)}).`}\n`);
    return 1;
  }
}

/** The line of the usage that is about the command that was typed; all of it when there is none. */
function usageOf(usage: string, [typed = '']: readonly string[]): string {
  const line = usage.split('\n').find((each) => each.split(/\s+/).includes(typed));
  return typed === '' || line === undefined ? usage : `${line}\n\nEverything it can do: --help`;
}

function read<Option extends string>(options: readonly Option[], args: readonly string[]): Typed<Option> {
  const typed: Typed<Option> = { options: {}, words: [] };
  const optionOf = (arg: string) => options.find((option) => arg === `--${option}` || arg.startsWith(`--${option}=`));
  const left = [...args];
  for (let arg = left.shift(); arg !== undefined; arg = left.shift()) {
    const option = optionOf(arg);
    if (option) {
      const isWithValue = arg.includes('=');
      // What follows may begin with a dash: codes and key ids do.
      const value = isWithValue ? arg.slice(arg.indexOf('=') + 1) : left.shift();
      if (value === undefined || value === '' || (!isWithValue && optionOf(value))) {
        throw new WrongUse(`Say something after --${option}.`);
      }
      typed.options[option] = value;
    } else if (arg === '--') {
      typed.words.push(...left.splice(0));
    } else if (arg.startsWith('--')) {
      throw new WrongUse(`There is no option ${arg.split('=')[0]}.`);
    } else {
      typed.words.push(arg);
    }
  }
  return typed;
}

/**
 * The options typed after a command that measures something. For `--help`, and for what does not fit, it prints `usage` and ends
 * the process, with status 0 or 2.
 */
export function optionsOrUsage<const Options extends ParseArgsOptionsConfig>(usage: string, options: Options) {
  try {
    const help = { help: { type: 'boolean' } } as const;
    const { values } = parseArgs({ options: { ...options, ...help } });
    if (!('help' in values)) return values as ReturnType<typeof parseArgs<{ options: Options }>>['values'];
    thisProcess.print.out(`${usage}\n`);
    process.exit(0);
  } catch (error) {
    if (!errorCode(error).startsWith('ERR_PARSE_ARGS')) throw error;
    return endWithUsage(usage, (error as Error).message);
  }
}

/** Says what does not fit, and how the command is used, and ends the process with status 2. */
export function endWithUsage(usage: string, sentence: string): never {
  thisProcess.print.err(`${sentence}\n\n${usage}\n`);
  process.exit(2);
}
