// Without this file the folder rules cannot be checked: it reads which modules a source file imports.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Import {
  readonly file: string
  readonly specifier: string
}

/** All imports of the sources under a folder; tests may import what they like. */
export function importsUnder(dir: string): readonly Import[] {
  const files = globSync('**/*.{ts,tsx,mts}', { cwd: dir, exclude: ['**/node_modules/**', '**/dist/**'] })
  return files.filter((file) => !/\.test(-d)?\.ts$/.test(file)).flatMap((file) => importsOf(join(dir, file)))
}

/** The same of built files: code and declarations. */
export function importsOfBuild(dir: string): readonly Import[] {
  return globSync('**/*.{js,d.ts}', { cwd: dir }).flatMap((file) => importsOf(join(dir, file)))
}

/** Static and dynamic imports and re-exports. Comments are dropped first, since examples in them import too. */
function importsOf(file: string): readonly Import[] {
  const text = readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
  const found: Import[] = []
  for (const match of text.matchAll(/^\s*(?:import|export)\b[^'"`;=()]*?\bfrom\s*['"]([^'"]+)['"]/gm)) {
    found.push({ file, specifier: match[1] ?? '' })
  }
  for (const match of text.matchAll(/^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm)) {
    found.push({ file, specifier: match[1] ?? match[2] ?? '' })
  }
  return found
}
