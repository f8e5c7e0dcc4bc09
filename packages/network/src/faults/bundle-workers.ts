import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Plugin, rolldown } from 'rolldown';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// The services' processes, and the threads that they start by a URL beside their own file.
const entries = {
  'hub-worker': at('./hub-worker.ts'),
  'node-worker': at('./node-worker.ts'),
  'guard-worker': at('../../../anonymisation/src/guard-worker.ts'),
  'index-worker': at('../../../search/src/embedded/worker.ts'),
};
const threads: Readonly<Record<string, string>> = {
  './guard-worker.ts': 'guard-worker',
  './worker.ts': 'index-worker',
};

/**
 * Bundles the processes under test into a directory, each in one file, so that one that was killed is back in a third of a
 * second: loading the services file by file takes two. Nothing of the services is changed; files beside the sources are
 * found where they are. Gives where each process's file is.
 */
export async function bundleWorkers(directory: string): Promise<(name: 'hub-worker' | 'node-worker') => URL> {
  const bundle = await rolldown({
    input: entries,
    platform: 'node',
    external: ['pg-native', /\.node$/],
    plugins: [keepPlaces()],
    logLevel: 'silent',
  });
  await bundle.write({
    dir: directory,
    format: 'esm',
    minify: true,
    // Kept, as errors and logs name classes.
    keepNames: true,
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
  });
  await bundle.close();
  return (name) => pathToFileURL(`${directory}/${name}.mjs`);
}

/** A bundled file still finds what lies beside its source; threads are started from their own bundles. */
function keepPlaces(): Plugin {
  return {
    name: 'keep-places',
    transform(code, id) {
      if (!code.includes('import.meta.')) return null;
      const threaded = code.replace(
        /new URL\('(\.\/(?:guard-)?worker\.ts)', import\.meta\.url\)/,
        (_, path: string) => {
          return `new URL('./${threads[path]}.mjs', import.meta['url'])`;
        },
      );
      return {
        code: threaded
          .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href))
          .replaceAll('import.meta.dirname', JSON.stringify(fileURLToPath(new URL('.', pathToFileURL(id)))))
          .replaceAll("import.meta['url']", 'import.meta.url'),
      };
    },
  };
}
