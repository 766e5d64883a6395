import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { reply, route } from '@keelson/core'
import { cors, securityHeaders } from '@keelson/http'
import { testApp } from '@keelson/testing'
import { expect, it } from 'vitest'
import { TEST_CERTIFICATE } from '../../core/test/server-certificate.ts'
import { open } from './support.ts'

const HTML =
  '<!doctype html><title>Home</title><link rel="stylesheet" href="/main.css"><script src="/main.js"></script>'

it("has the best grade of MDN's observatory over TLS, with the defaults", async () => {
  const dir = await mkdtemp(join(tmpdir(), 'keelson-observatory-'))
  const certificate = join(dir, 'certificate.pem')
  await writeFile(certificate, TEST_CERTIFICATE.cert)
  const routes = {
    home: route.get('/', open, () => reply(200, HTML, { 'content-type': 'text/html; charset=utf-8' })),
  }
  const use = [securityHeaders(), cors({ origins: ['https://app.example'], credentials: true })]
  await using test = await testApp({ routes, use, transport: 'socket', server: { tls: TEST_CERTIFICATE } })
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(import.meta.dirname, 'observatory-scan.mjs'), `localhost:${new URL(test.baseUrl).port}`],
    { env: { ...process.env, NODE_EXTRA_CA_CERTS: certificate } },
  )
  await rm(dir, { recursive: true })
  const { grade, score, results } = JSON.parse(stdout) as {
    readonly grade: string
    readonly score: number
    readonly results: Readonly<Record<string, { readonly result: string; readonly pass: boolean }>>
  }
  expect(Object.entries(results).filter(([, { pass }]) => !pass)).toEqual([])
  expect([grade, score]).toEqual(['A+', 120])
  expect(results['strict-transport-security']?.result).toBe('hsts-implemented-max-age-at-least-six-months')
}, 60_000)
