import { SetupError, validator, type SchemaLike } from '@keelson/core'
import type { DraftProblem } from './column-draft.ts'

/** What is wrong with the schema of a column, before a route or a statement meets it. */
export function schemaProblems(schema: SchemaLike): readonly DraftProblem[] {
  try {
    validator(schema)
    return []
  } catch (error) {
    if (!SetupError.is(error)) throw error
    return error.problems.map(({ place, message, remedy }) => {
      const within = /, ([^,]+)$/.exec(place)?.[1]
      return { message: within === undefined ? message : `In its schema, ${within}: ${message}`, remedy }
    })
  }
}
