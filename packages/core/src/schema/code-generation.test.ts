import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

/** Runs a program where code from strings is forbidden; gives what it printed. */
function runForbidden(program: string): string {
  const room = fileURLToPath(new URL('./index.ts', import.meta.url))
  const code = `import { t, compileInput, compileResponse } from ${JSON.stringify(room)};
    import { z } from 'zod'
    const tell = (run) => { try { console.log(JSON.stringify(run())) } catch (error) { console.log(error.code ?? error.name, (error.problems ?? []).map((p) => p.code).join()) } }
    ${program}`
  const args = ['--disallow-code-generation-from-strings', '--input-type=module', '--eval', code]
  return execFileSync(process.execPath, args, {
    encoding: 'utf8',
    cwd: fileURLToPath(new URL('.', import.meta.url)),
  }).trim()
}

describe('where code generation is forbidden', () => {
  it('responses are filtered by the interpreter', () => {
    const printed = runForbidden(`
      const Order = t.Object({ id: t.String(), lines: t.Array(t.Union([t.Object({ k: t.Literal('a') }), t.Object({ k: t.Literal('b'), n: t.Integer() })])) })
      tell(() => compileResponse(Order).filter({ id: 'a', hash: 'x', lines: [{ k: 'b', n: 1, x: 1 }] }))
      tell(() => compileResponse(z.object({ a: z.string() })).filter({ a: '', b: 1 }))
    `)
    expect(printed.split('\n')).toEqual(['{"id":"a","lines":[{"k":"b","n":1}]}', '{"a":""}'])
  })

  it('Standard Schemas work, and what needs the validator stops the start with a remedy', () => {
    const printed = runForbidden(`
      tell(() => compileInput(z.object({ n: z.number() }), 'query').parse({ n: '1', x: '2' }))
      tell(() => compileInput({ n: t.Integer() }, 'query'))
      tell(() => compileInput(t.Object({}), 'body'))
      tell(() => compileResponse(t.Union([t.Object({ a: t.String() }), t.Object({ b: t.String() })])))
      tell(() => compileInput(z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]), 'body'))
    `)
    const refused = 'ERR_CORE_SETUP ERR_CORE_SCHEMA_CODE_GENERATION'
    expect(printed.split('\n')).toEqual(['{"n":1}', refused, refused, refused, refused])
  })
})
