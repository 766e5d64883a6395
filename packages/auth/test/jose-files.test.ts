// What an app that starts loads of jose: each file is time.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

it('an app that verifies tokens loads the part of jose that does, and to issue one two files more', async () => {
  const program = join(import.meta.dirname, 'processes/jose-files.ts')
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', program], {
    timeout: 60_000,
  })
  // The root of jose loads 46.
  expect(JSON.parse(stdout)).toEqual({ status: 200, atStart: 11, issued: 13 })
})
