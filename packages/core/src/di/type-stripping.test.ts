import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const PROGRAM = `
  import { bind, createContainer, type Container, token } from '${new URL('./index.ts', import.meta.url).href}'

  interface Clock { now(): number }
  const CLOCK = token<Clock>('clock')
  class Orders {
    static inject = [CLOCK] as const
    readonly clock: Clock
    constructor(clock: Clock) {
      this.clock = clock
    }
  }
  const container: Container = createContainer([bind(CLOCK, { value: { now: () => 42 } })])
  console.log(container.check([{ target: Orders, place: 'route' }]).length, container.resolve(Orders).clock.now())
`

it('declared needs run under plain node, which only strips types', () => {
  const options = { cwd: fileURLToPath(new URL('.', import.meta.url)), encoding: 'utf8' } as const
  const output = execFileSync(
    process.execPath,
    ['--input-type=module-typescript', '--eval', PROGRAM],
    options,
  )
  expect(output.trim()).toBe('0 42')
})
