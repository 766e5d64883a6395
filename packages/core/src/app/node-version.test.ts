import { describe, expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { oldNode } from './node-version.ts'

const on = (node: string, more: object = {}): unknown[] =>
  oldNode({ ...process.versions, node, ...more }).map(({ code, message }) => [code, message])

describe('the version of Node', () => {
  it.each(['18.20.8', '20.19.0', '22.9.0', '22.20.9'])('%s does not start an app', (version) => {
    expect(on(version)).toEqual([['ERR_CORE_NODE_VERSION', `Node ${version} is too old.`]])
  })

  it.each(['22.21.0', '22.22.1', '24.0.0', '26.1.0'])('%s starts one', (version) => {
    expect(on(version)).toEqual([])
  })

  it('is not asked of other runtimes, which name one that they resemble', () => {
    expect([on('20.0.0', { bun: '1.3.0' }), on('20.0.0', { deno: '2.5.0' })]).toEqual([[], []])
  })

  it('is that of the manifest', () => {
    expect(manifest.engines.node).toBe('>=22.21.0')
    expect(on(manifest.engines.node.slice(2))).toEqual([])
  })
})
