import { QueryError } from '../errors.ts'
import type { TableFacts } from './contract.ts'
import { nameRemedy } from './name-remedy.ts'

/** @param option - what names the property: `where`, `orderBy` */
export function unknownColumn(option: string, property: string, { name, byProperty }: TableFacts): Error {
  return new QueryError({
    message: `The ${option} of '${name}' names '${property}', which the table does not have. ${nameRemedy(property, byProperty.keys())}`,
  })
}
