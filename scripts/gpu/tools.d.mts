export function ensureWebgpu(): { readonly dawn: string; readonly deno: string };
export function ensureMesa(): string;
export function lavapipe(lanes: number): Record<string, string>;
export function amdCompiler(family: string): Record<string, string>;
