// `npm run release -- 0.2.0`: tests everything, writes version and changelog, commits, tags, and packs the built site as a zip that anyone
// can serve. Nothing is pushed; the last lines say how. `--untested` leaves the tests out (they ran a moment ago); `--dry-run` packs the
// zip and says what would be written, and leaves the folder as it was: no commit, no tag.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { zipSync } from 'fflate';
import { root, runNpm } from './ensure-deps.mjs';

const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
const stop = (why) => {
  console.error(why);
  process.exit(2);
};

const version = process.argv.slice(2).find((word) => !word.startsWith('--'));
if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version ?? '')) stop('Usage: npm run release -- MAJOR.MINOR.PATCH [--untested] [--dry-run]');
if (git('status', '--porcelain') !== '') stop('There are changes that are not committed.');
if (git('tag', '--list', `v${version}`) !== '') stop(`There is a tag v${version} already.`);

if (!process.argv.includes('--untested')) {
  const { status } = spawnSync(process.execPath, [join(root, 'scripts', 'test.mjs'), '--all'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) stop('Not released: a test failed.');
}

const dry = process.argv.includes('--dry-run');
/** Files that a release changes, as they were; null where there was none. */
const before = new Map();
const change = (file, edit) => {
  const path = join(root, file);
  const old = existsSync(path) ? readFileSync(path, 'utf8') : null;
  before.set(path, old);
  writeFileSync(path, edit(old ?? ''));
};
const putBack = () => {
  for (const [path, old] of before) {
    if (old === null) rmSync(path, { force: true });
    else writeFileSync(path, old);
  }
};
/** Until the commit whatever ends this puts the files back: `runNpm` ends the process itself. */
process.once('exit', putBack);

const date = new Date().toISOString().slice(0, 10);
const last = git('tag', '--list', 'v*', '--sort=-v:refname').split('\n')[0];
const subjects = git('log', '--no-merges', '--format=- %s', ...(last ? [`${last}..HEAD`] : []));
const entry = `## ${version}, ${date}\n\n${subjects}\n`;
change('CHANGELOG.md', (old) => `# Changes\n\n${entry}${old.replace(/^# Changes\n/, '')}`);
change('CITATION.cff', (old) =>
  old.replace(/^version: .*$/m, `version: ${version}`).replace(/^(date-released: .*\n)?authors:/m, `date-released: ${date}\nauthors:`),
);
for (const file of ['package.json', 'package-lock.json']) change(file, (old) => old);
runNpm(['version', version, '--no-git-tag-version', '--allow-same-version', '--silent'], 2);
if (!dry) {
  git('add', 'CHANGELOG.md', 'CITATION.cff', 'package.json', 'package-lock.json');
  git('commit', '--message', `Version ${version}`);
  before.clear();
}

// The built site says its version and commit, so it is built from them.
runNpm(['run', 'build'], 2);
const dist = join(root, 'dist');
const name = `inflora-playground-${version}`;
const folder = Object.fromEntries(
  readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath ?? each.path, each.name))
    .map((path) => [`${name}/site/${relative(dist, path).split(sep).join('/')}`, readFileSync(path)]),
);
const handed = join(root, 'scripts', 'handout');
const mode = (file) => ({ os: 3, attrs: (/\.(sh|command)$/.test(file) ? 0o100755 : 0o100644) << 16 });
const help = Object.fromEntries(readdirSync(handed).map((file) => [`${name}/${file}`, [readFileSync(join(handed, file)), mode(file)]]));
const zip = join(root, 'build', `${name}.zip`);
mkdirSync(join(root, 'build'), { recursive: true });
writeFileSync(zip, zipSync({ ...folder, ...help, [`${name}/serve.mjs`]: readFileSync(join(root, 'scripts', 'serve.mjs')) }, { level: 6 }));

if (dry) {
  console.log(`\n${zip} is packed. Nothing was committed or tagged; CHANGELOG.md would begin with\n\n${entry}`);
} else {
  // Last: a tag means that all of it went well.
  git('tag', '--annotate', `v${version}`, '--message', `Version ${version}`);
  console.log(`\nv${version} is tagged, ${zip} is packed. To publish:
  git push && git push origin v${version}
  gh release create v${version} ${zip} --notes-file CHANGELOG.md`);
}
