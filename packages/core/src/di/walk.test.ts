import { describe, expect, it } from 'vitest'
import { Graph } from './graph.ts'
import { bind, createContainer, type Provider, type Token, token } from './index.ts'
import { walkGraph } from './walk.ts'

const LAYERS = 100
const WIDTH = 10

/** A thousand providers in layers; each needs all of the layer below, so there are 10^100 ways through. */
function layered(): { providers: Provider[]; top: Token<number> } {
  const layers = Array.from({ length: LAYERS }, (_, layer) =>
    Array.from({ length: WIDTH }, (_unused, index) => token<number>(`t${layer}x${index}`)),
  )
  const make = (...values: number[]): number => 1 + Math.max(0, ...values)
  const providers = layers.flatMap((targets, layer) =>
    targets.map((target) => bind(target, { needs: layers[layer + 1] ?? [], make })),
  )
  return { providers, top: layers[0]![0]! }
}

describe('the walk', () => {
  it('follows each need of a thousand providers once', () => {
    const { providers, top } = layered()
    const graph = new Graph(providers, [])
    const walk = walkGraph(graph, [{ target: top, place: 'route' }])
    const reached = 1 + (LAYERS - 1) * WIDTH
    const needs = WIDTH + (LAYERS - 2) * WIDTH * WIDTH
    expect(walk.order).toHaveLength(reached)
    expect(walk.steps).toBe(1 + needs)
  })

  it('gives every node after what it needs', () => {
    const { providers, top } = layered()
    const { order } = walkGraph(new Graph(providers, []), [{ target: top, place: 'route' }])
    const position = new Map(order.map((node, index) => [node, index]))
    for (const node of order) {
      for (const edge of node.edges) expect(position.get(edge.node!)).toBeLessThan(position.get(node)!)
    }
  })

  it('constructs nothing while checking, and the whole graph afterwards', () => {
    const { providers, top } = layered()
    const container = createContainer(providers)
    expect(container.check([{ target: top, place: 'route' }])).toEqual([])
    expect(container.resolve(top)).toBe(LAYERS)
  })

  it('goes down a chain of a thousand, and up again as an app starts', async () => {
    const tokens = Array.from({ length: 1000 }, (_, index) => token<number>(`t${index}`))
    const providers = tokens.map((target, index) =>
      bind(target, { needs: tokens.slice(index + 1, index + 2), make: (below = 0) => below + 1 }),
    )
    const container = createContainer(providers)
    expect(container.check([{ target: tokens[0]!, place: 'route' }])).toEqual([])
    // In the order of needs. Without it each link takes eight frames of the stack, of which Node 22 has too few.
    await container.warm([tokens[0]!])
    expect(container.resolve(tokens[0]!)).toBe(1000)
  })
})
