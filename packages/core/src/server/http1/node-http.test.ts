import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

const LOADED = `console.log(process.moduleLoadList.some((name) => name.endsWith('undici/undici')))`

function loadsFetch(code: string): boolean {
  const args = ['--input-type=module', '--eval', `${code}\n${LOADED}`]
  return execFileSync(process.execPath, args, { encoding: 'utf8' }).trim() === 'true'
}

it('loads the server without loading fetch, which an import of node:http does', () => {
  expect(loadsFetch(`import ${JSON.stringify(new URL('./http-server.ts', import.meta.url).href)}`)).toBe(
    false,
  )
  expect(loadsFetch(`import 'node:http'`)).toBe(true)
})
