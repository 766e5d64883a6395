// Work that is part of the transaction around.
import { TransactionError } from '../errors.ts'
import type { TransactionOptions } from './contract.ts'
import type { Level } from './level.ts'

/** Runs work as part of the transaction around: what it throws is the end of that, caught or not. */
export async function join<T>(
  around: Level,
  work: () => T | PromiseLike<T>,
  options: TransactionOptions,
): Promise<T> {
  const problem = around.problem(named(options))
  if (problem !== undefined) throw problem
  try {
    return await work()
  } catch (error) {
    around.fail(error)
    throw error
  }
}

/** @throws {TransactionError} for what the transaction around cannot give */
export function assertFits({ unit, name }: Level, options: TransactionOptions, usual: string): void {
  if (unit.isReadOnly && options.readOnly !== true)
    throw new TransactionError({
      message: `${named(options)} may write, but '${name}' around it is read-only. Say readOnly: true, or propagation: 'new'.`,
    })
  const there = unit.isolation ?? usual
  if (options.isolation !== undefined && options.isolation !== there)
    throw new TransactionError({
      message: `${named(options)} asks for ${options.isolation}, but '${name}' around it has ${there}. Say it there, or propagation: 'new'.`,
    })
}

export function named({ name }: TransactionOptions): string {
  return name === undefined ? 'A transaction' : `The transaction '${name}'`
}
