// `npm run release -- 0.2.0`: tests everything, writes version and changelog, commits, tags, and packs the built site as a zip that anyone
// can serve. Nothing is pushed; the last lines say how. `--untested` leaves the tests out (they ran a moment ago).
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { zipSync } from 'fflate';
import { root, runNpm } from './ensure-deps.mjs';

const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
const stop = (why) => {
  console.error(why);
  process.exit(2);
};

const version = process.argv.slice(2).find((word) => !word.startsWith('--'));
if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version ?? '')) stop('Usage: npm run release -- MAJOR.MINOR.PATCH [--untested]');
if (git('status', '--porcelain') !== '') stop('There are changes that are not committed.');
if (git('tag', '--list', `v${version}`) !== '') stop(`There is a tag v${version} already.`);

if (!process.argv.includes('--untested')) {
  const { status } = spawnSync(process.execPath, [join(root, 'scripts', 'test.mjs'), '--all'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) stop('Not released: a test failed.');
}

const change = (file, edit) => {
  const path = join(root, file);
  writeFileSync(path, edit(existsSync(path) ? readFileSync(path, 'utf8') : ''));
};
const date = new Date().toISOString().slice(0, 10);
const before = git('tag', '--list', 'v*', '--sort=-v:refname').split('\n')[0];
const subjects = git('log', '--no-merges', '--format=- %s', ...(before ? [`${before}..HEAD`] : []));
change('CHANGELOG.md', (old) => `# Changes\n\n## ${version}, ${date}\n\n${subjects}\n${old.replace(/^# Changes\n/, '')}`);
change('CITATION.cff', (old) =>
  old.replace(/^version: .*$/m, `version: ${version}`).replace(/^(date-released: .*\n)?authors:/m, `date-released: ${date}\nauthors:`),
);
runNpm(['version', version, '--no-git-tag-version', '--silent'], 2);
git('add', 'CHANGELOG.md', 'CITATION.cff', 'package.json', 'package-lock.json');
git('commit', '--message', `Version ${version}`);
git('tag', '--annotate', `v${version}`, '--message', `Version ${version}`);

runNpm(['run', 'build'], 2);
const dist = join(root, 'dist');
const name = `inflora-playground-${version}`;
const folder = Object.fromEntries(
  readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [`${name}/site/${relative(dist, path).split(sep).join('/')}`, readFileSync(path)]),
);
const handed = join(root, 'scripts', 'handout');
const mode = (file) => ({ os: 3, attrs: (/\.(sh|command)$/.test(file) ? 0o100755 : 0o100644) << 16 });
const help = Object.fromEntries(readdirSync(handed).map((file) => [`${name}/${file}`, [readFileSync(join(handed, file)), mode(file)]]));
const zip = join(root, 'build', `${name}.zip`);
mkdirSync(join(root, 'build'), { recursive: true });
writeFileSync(zip, zipSync({ ...folder, ...help, [`${name}/serve.mjs`]: readFileSync(join(root, 'scripts', 'serve.mjs')) }, { level: 6 }));

console.log(`\nv${version} is tagged, ${zip} is packed. To publish:
  git push && git push origin v${version}
  gh release create v${version} ${zip} --notes-file CHANGELOG.md`);
