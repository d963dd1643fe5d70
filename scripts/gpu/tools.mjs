// WebGPU without a browser, and drivers without a GPU: fetched into build/gpu when wanted, so that `npm ci` stays as small as it was (they
// are 230 MB). All of it is pinned: npm packages by scripts/gpu/package-lock.json, Mesa by its Debian version.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
export const gpuFolder = join(here, '..', '..', 'build', 'gpu');

const MESA = '25.0.7-2~bpo12+1';
const DRM = '2.4.123-1~bpo12+1';
/** Mesa with what it needs beyond Debian 12, and the pretended kernel driver of AMD cards. */
const PACKAGES = [
  `mesa-vulkan-drivers=${MESA}`,
  `mesa-drm-shim=${MESA}`,
  `libdrm2=${DRM}`,
  `libdrm-amdgpu1=${DRM}`,
  'libllvm15',
  'libvulkan1',
];
const SOURCES = `Types: deb
URIs: http://deb.debian.org/debian
Suites: bookworm bookworm-backports
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`;

function attempt(command, args, options = {}) {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8', ...options });
  if (status !== 0) throw new Error(`${command} ${args[0]}: ${error?.message ?? stderr.trim().split('\n').at(-1)}`);
}

/** -> { dawn, deno }: a folder from which `webgpu` can be required, and an executable. Throws where they cannot be had. */
export function ensureWebgpu() {
  const folder = join(gpuFolder, 'npm');
  const platform = { linux: `linux-${process.arch}-glibc`, darwin: `darwin-${process.arch}`, win32: `win32-${process.arch}` }[
    process.platform
  ];
  const deno = join(folder, 'node_modules', '@deno', platform ?? '', process.platform === 'win32' ? 'deno.exe' : 'deno');
  const lock = readFileSync(join(here, 'package-lock.json'), 'utf8');
  const known = join(folder, 'package-lock.json');
  if (!existsSync(deno) || !existsSync(known) || readFileSync(known, 'utf8') !== lock) {
    mkdirSync(folder, { recursive: true });
    for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(here, name), join(folder, name));
    attempt('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, shell: process.platform === 'win32' });
  }
  return { dawn: folder, deno };
}

/** -> the folder of Mesa's libraries, of a version that the system need not have. Throws where they cannot be had. */
export function ensureMesa() {
  const folder = join(gpuFolder, 'mesa');
  const libraries = join(folder, MESA, 'usr', 'lib', 'x86_64-linux-gnu');
  if (existsSync(join(libraries, 'ready'))) return libraries;
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('Mesa is fetched for Debian on x86-64 alone');
  const apt = join(folder, 'apt');
  for (const name of ['lists/partial', 'cache/archives/partial', 'sources', 'debs']) mkdirSync(join(apt, name), { recursive: true });
  writeFileSync(join(apt, 'sources', 'backports.sources'), SOURCES);
  // Beside the system's own lists and packages, which stay as they are.
  const options = Object.entries({
    ...{ 'Dir::State::Lists': join(apt, 'lists'), 'Dir::Cache': join(apt, 'cache') },
    ...{ 'Dir::Etc::SourceList': '/dev/null', 'Dir::Etc::SourceParts': join(apt, 'sources'), 'APT::Sandbox::User': 'root' },
  }).map(([name, value]) => `-o${name}=${value}`);
  attempt('apt-get', [...options, 'update']);
  attempt('apt-get', [...options, 'download', ...PACKAGES], { cwd: join(apt, 'debs') });
  const debs = readdirSync(join(apt, 'debs')).filter((name) => name.endsWith('.deb'));
  for (const deb of debs) attempt('dpkg', ['-x', join(apt, 'debs', deb), join(folder, MESA)]);
  rmSync(apt, { recursive: true });
  writeFileSync(join(libraries, 'ready'), '');
  return libraries;
}

function driver(libraries, name) {
  const file = join(libraries, `${name}.json`);
  const library_path = join(libraries, `libvulkan_${name}.so`);
  writeFileSync(file, JSON.stringify({ file_format_version: '1.0.0', ICD: { api_version: '1.3.0', library_path } }));
  // VK_ICD_FILENAMES is how loaders before 1.3.207 have it.
  return { LD_LIBRARY_PATH: libraries, VK_DRIVER_FILES: file, VK_ICD_FILENAMES: file };
}

/** What a process is started with to find Mesa's software driver, whose subgroups have so many lanes (4, 8 or 16). */
export function lavapipe(lanes) {
  return { ...driver(ensureMesa(), 'lvp'), LP_NATIVE_VECTOR_WIDTH: String(32 * lanes), LP_NUM_THREADS: '2' };
}

/** What a process is started with to find an AMD card that is not there: it compiles, and writes what it compiled to stderr. */
export function amdCompiler(family) {
  const libraries = ensureMesa();
  return {
    ...driver(libraries, 'radeon'),
    ...{ LD_PRELOAD: join(libraries, 'libamdgpu_noop_drm_shim.so'), AMDGPU_GPU_ID: family, RADV_DEBUG: 'shaders,shaderstats,nocache' },
  };
}
