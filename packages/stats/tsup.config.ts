import { fileURLToPath } from 'node:url';
import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts', 'src/parallel/index.ts', 'src/parallel/worker.ts'],
  format: ['esm'],
  dts: false,
  sourcemap: true,
  clean: true,
  target: 'node22',
  removeNodeProtocol: false, // the default turns 'node:sqlite' into 'sqlite', which does not exist
  noExternal: [/^@stdlib\//, 'openskill', 'ramda', 'sort-unwind'], // 250 packages when installed; bundled, so that a user installs one
  esbuildOptions(options) {
    options.alias = { debug: fileURLToPath(new URL('./silent-debug.cjs', import.meta.url)) };
  },
});
