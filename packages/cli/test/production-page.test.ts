// The guide "To production" shows an app, and says that the check of a deployment has nothing against it.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { keelson } from './cli-support.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/guides/production.md'), 'utf8')
const cwd = mkdtempSync(join(tmpdir(), 'keelson-production-'))

beforeAll(() => {
  symlinkSync(join(import.meta.dirname, '../node_modules'), join(cwd, 'node_modules'))
  writeFileSync(join(cwd, 'package.json'), '{ "type": "module" }')
  for (const [, name = '', code = ''] of page.matchAll(/^```ts\n\/\/ (\w+\.ts)\n([^]*?)^```$/gm))
    writeFileSync(join(cwd, name), code)
})
afterAll(() => rmSync(cwd, { recursive: true }))

it('has an app that is ready, with the migrations of the fourth step', async () => {
  mkdirSync(join(cwd, 'migrations'))
  const args = ['check', '--app', 'app.ts', '--deploy', '--strict', '--replicas', '2', '--json']
  const { out, err } = await keelson(args, { cwd, env: { NODE_ENV: 'production' } })
  expect([JSON.parse(out), err]).toMatchObject([{ isOk: true, findings: [] }, ''])
})
