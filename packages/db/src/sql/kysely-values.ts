// Values within nodes of Kysely.
import type { OperationNode } from 'kysely'
import type { ColumnFacts } from '../table/index.ts'
import { encodeOnceThere, type Encoded } from './encode-input.ts'

type Encode = (value: unknown, at: number) => unknown

/** Rows of values, each as its column keeps it. */
export function withRows(node: OperationNode, encode: Encode): OperationNode {
  const { values } = node as unknown as { readonly values: readonly OperationNode[] }
  return { ...node, values: values.map((row) => withValues(row, encode)) } as OperationNode
}

/** A node of one value or of a list of them; others stay as they are. */
export function withValues(node: OperationNode, encode: Encode): OperationNode {
  switch (node.kind) {
    case 'ValueNode':
      return withValue(node, encode, 0)
    case 'PrimitiveValueListNode': {
      const { values } = node as unknown as { readonly values: readonly unknown[] }
      return { ...node, values: values.map(encode) } as OperationNode
    }
    case 'ValueListNode': {
      const { values } = node as unknown as { readonly values: readonly OperationNode[] }
      return {
        ...node,
        values: values.map((one, at) => (one.kind === 'ValueNode' ? withValue(one, encode, at) : one)),
      } as OperationNode
    }
    default:
      return node
  }
}

function withValue(node: OperationNode, encode: Encode, at: number): OperationNode {
  const { immediate, value } = node as unknown as { readonly immediate?: boolean; readonly value: unknown }
  return immediate === true ? node : ({ ...node, value: encode(value, at) } as OperationNode)
}

/** Arguments of a function that chooses one of them, `coalesce(total, 0)`: each as the column keeps it, those within the text too. */
export function withChosen(
  inputs: readonly OperationNode[],
  { kind }: ColumnFacts,
  encode: (value: unknown) => Encoded,
): OperationNode[] {
  const isText = kind === 'decimal' || kind === 'bigint'
  return inputs.map((node) =>
    node.kind === 'ValueNode'
      ? withValue(
          { ...node, immediate: false } as OperationNode,
          (value) =>
            encodeOnceThere(value, (given) =>
              encode(isText && typeof given === 'number' ? String(given) : given),
            ),
          0,
        )
      : node,
  )
}
