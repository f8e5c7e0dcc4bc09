import { z } from 'zod';

type Environment = Record<string, string | undefined>;

/** The settings that could not be read, all of them: one line each, fit to be printed as they are. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'configuration-not-valid';
  readonly mistakes: string[];

  constructor(mistakes: string[]) {
    const count = mistakes.length === 1 ? 'One setting is' : `${mistakes.length} settings are`;
    super(`${count} not valid:\n${mistakes.map((mistake) => `  ${mistake}`).join('\n')}`);
    this.mistakes = mistakes;
  }
}

const secretName = /SECRET|PASSWORD|PASSPHRASE|TOKEN|KEY|CREDENTIAL|COOKIE|SALT|DSN/i;

/**
 * Reads the settings that `schema` names, its keys being the variables' names, from an environment. A variable set to
 * nothing counts as not set, because container files pass unset variables on that way. `.describe()` each setting with
 * what is expected ("a port, 1 to 65535"): that text is what a person reads when it is wrong.
 * @throws ConfigError naming every variable that is wrong, what is expected and what was given; a secret's value never
 */
export function readConfig<S extends z.ZodObject>(schema: S, env: Environment): z.output<S> {
  const given: Environment = {};
  for (const name of Object.keys(schema.shape)) {
    const value = env[name];
    if (value !== undefined && value.trim() !== '') given[name] = value;
  }
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const mistakes = new Map<string, string>();
  for (const issue of result.error.issues) {
    const name = String(issue.path[0] ?? '');
    if (!mistakes.has(name)) mistakes.set(name, mistakeLine(schema, name, issue.message, given[name]));
  }
  throw new ConfigError([...mistakes.values()]);
}

function mistakeLine(schema: z.ZodObject, name: string, message: string, value: string | undefined): string {
  if (name === '') return message;
  const setting: unknown = schema.shape[name];
  const description = setting instanceof z.ZodType ? setting.description : undefined;
  const expected = description ?? /\bexpected (.+)$/.exec(message)?.[1];
  const complaint = lowerFirst(expected === undefined ? message : `expected ${lowerFirst(expected)}`);
  return `${name}: ${complaint}; ${value === undefined ? 'it is not set' : `given ${shown(name, value)}`}`;
}

function shown(name: string, value: string): string {
  if (secretName.test(name)) return 'a value that is not shown';
  const withoutPassword = value.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@\s]*@/i, '$1…@');
  return JSON.stringify(withoutPassword.length > 80 ? `${withoutPassword.slice(0, 80)}…` : withoutPassword);
}

function lowerFirst(text: string): string {
  const unstopped = text.replace(/\.$/, '');
  return /^[A-Z]([a-z]|\s)/.test(unstopped) ? unstopped.charAt(0).toLowerCase() + unstopped.slice(1) : unstopped;
}
