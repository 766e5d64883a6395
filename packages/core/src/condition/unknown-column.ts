import { nearestName } from '../errors/index.ts'
import type { ConditionColumns } from './contract.ts'
import { ConditionError } from './condition-error.ts'

/** @param said - what names the column: `The where names` */
export function unknownColumn(said: string, name: string, columns: ConditionColumns): ConditionError {
  const names = Object.keys(columns)
  const near = nearestName(name, names)
  const remedy = near === undefined ? `The columns are ${names.join(', ')}.` : `Did you mean '${near}'?`
  return new ConditionError(`${said} '${name}', which is not a column. ${remedy}`)
}
