// Files in a scratch database: what reaches beyond it is omitted and named, or refused before anything runs.
import { SetupError, type SetupProblem } from '@keelson/core'
import type { Dialect } from '../adapter/index.ts'
import { MigrationError } from '../errors.ts'
import { beyondDatabase } from './beyond-database.ts'
import type { MigrationFile } from './contract.ts'
import { CANNOT_RUN } from './read-folder.ts'

/** What a run in a scratch database keeps to. */
export interface ScratchRules {
  /** The databases of the server, in lower case. */
  readonly databases: ReadonlySet<string>
  /** Whether the user can change nothing outside of scratch databases, so that nothing need be refused. */
  readonly isConfined: boolean
  /** Is told what is not run, a sentence each. */
  onOmitted(sentence: string): void
}

/** Omits what reaches beyond the database. @throws {SetupError} `ERR_DB_MIGRATION_FILE` with each statement that is refused */
export function keepWithin(
  files: readonly MigrationFile[],
  system: Dialect['system'],
  rules: ScratchRules,
): readonly MigrationFile[] {
  const problems: SetupProblem[] = []
  const kept = files.map((file) => {
    const { content } = file
    if (content.kind !== 'sql') return file
    const up = content.up.filter(({ text, line }) => {
      const beyond = beyondDatabase(text, { system, ...rules })
      if (beyond === undefined) return true
      const { what, reach, isOmitted, remedy } = beyond
      const place = `${file.path}:${line}`
      if (isOmitted) rules.onOmitted(sentenceOf(place, what, reach))
      else if (!rules.isConfined)
        problems.push({ code: 'ERR_DB_MIGRATION_FILE', place, message: refused(what, reach), remedy })
      return !isOmitted
    })
    return { ...file, content: { ...content, up } }
  })
  if (problems.length > 0) throw new SetupError(problems, undefined, CANNOT_RUN)
  return kept
}

/** Whether a statement of code runs. @throws {MigrationError} for one that is refused */
export function runsWithin(
  text: string,
  { path }: Pick<MigrationFile, 'path'>,
  { system, rules }: { readonly system: Dialect['system']; readonly rules: ScratchRules },
): boolean {
  const beyond = beyondDatabase(text, { system, ...rules })
  if (beyond === undefined) return true
  const { what, reach, isOmitted, remedy } = beyond
  if (isOmitted) rules.onOmitted(sentenceOf(path, what, reach))
  else if (!rules.isConfined) throw new MigrationError({ message: `${refused(what, reach)} ${remedy}` })
  return !isOmitted
}

function sentenceOf(place: string, what: string, reach: string): string {
  return `${place}: '${what} …' is not run in a scratch database: it reaches ${reach}.`
}

function refused(what: string, reach: string): string {
  return `'${what} …' is refused in a scratch database: it reaches ${reach}.`
}
