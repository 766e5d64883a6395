import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createApp } from '@keelson/core'
import { createKeys } from '@keelson/core/ports'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
const REFUSED = 'It stands in public documents as an example. Make one: node -p'

describe('a secret that everybody can read', () => {
  it.each([
    'Wm2kq0zB-vQ7pXH3y1d9uJrT5cN8gLaE',
    'a-string-secret-at-least-256-bits-long',
    'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
  ])('stops the start: %s', (secret) => {
    expect(() => createKeys([secret])).toThrow(REFUSED)
    expect(() => createApp({ routes: {}, secrets: [secret] })).toThrow(REFUSED)
  })

  it('stands in no guide, unless it is refused', () => {
    const files = globSync(['README.md', 'docs/**/*.md', 'packages/*/README.md', 'examples/*/README.md'], {
      cwd: root,
    })
    const lines = files.flatMap((file) => readFileSync(join(root, file), 'utf8').split('\n'))
    const secrets = lines
      .filter((line) => /secret|pepper|\bkeys?\b/i.test(line))
      .flatMap((line) => [...line.matchAll(/['"]([\w+/=-]{32,})['"]/g)].map(([, text]) => text!))
    expect(files.length).toBeGreaterThan(60)
    for (const secret of secrets) expect(() => createKeys([secret])).toThrow(REFUSED)
  })
})
