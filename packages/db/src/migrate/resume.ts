// Where a file that ended in the middle goes on.
import { MigrationError } from '../errors.ts'
import type { Direction, HistoryRow } from './contract.ts'
import { sha256 } from './read-folder.ts'
import type { Job } from './job.ts'
import { shortened } from '../adapter/index.ts'

/** The command that runs a file this way. */
export function commandOf(direction: Direction): string {
  return `keelson db ${direction === 'up' ? 'migrate' : 'rollback'}`
}

/** The hash of the first statements; empty for none, and for a function. */
export function hashOf(work: Job['work'], count: number): string {
  if (typeof work === 'function' || count === 0) return ''
  return sha256(
    work
      .slice(0, count)
      .map(({ text }) => text)
      .join('\0'),
  )
}

/** Whether another runner has done it. */
export function isDone(row: HistoryRow | undefined, { direction }: Job): boolean {
  return direction === 'up' ? row?.appliedAt !== undefined : row === undefined
}

/** Whether a file ended in the middle. */
export function isUnfinished(row: HistoryRow | undefined): row is HistoryRow {
  return row !== undefined && row.appliedAt === undefined
}

/** The first statements, in words. */
function firstOf(count: number): string {
  if (count === 0) return 'no statement'
  return count === 1 ? 'statement 1' : `statements 1 to ${count}`
}

/**
 * How many statements are done.
 *
 * @param resumeAfter - what the operator has found out, where that is not known
 * @throws {MigrationError} where it is not known, or what is done was altered
 */
export function startOf(row: HistoryRow, job: Job, resumeAfter: number | undefined): number {
  const { statementsDone, statementBegun } = row
  const { file, work } = job
  if (hashOf(work, statementsDone) !== row.doneHash)
    throw new MigrationError({
      message: `${file.path}: what is done of it, ${firstOf(statementsDone)}, was altered since. Bring back that text; what comes after may be changed.`,
    })
  if (statementBegun === undefined) {
    if (resumeAfter === undefined || resumeAfter === statementsDone) return statementsDone
    throw new MigrationError({
      message: `${file.path}: it is known what is done, ${firstOf(statementsDone)}, so that nothing is to be said by resume-after. Run it without.`,
    })
  }
  if (job.isResumable && resumeAfter === undefined) return 0
  if (resumeAfter === statementBegun || resumeAfter === statementBegun - 1) return resumeAfter
  throw new MigrationError({ message: unknown(job, statementBegun, resumeAfter) })
}

function unknown({ file, work, direction }: Job, begun: number, resumeAfter: number | undefined): string {
  const statement = typeof work === 'function' ? undefined : work[begun - 1]
  const place = statement === undefined ? file.path : `${file.path}:${statement.line}`
  const refused = resumeAfter === undefined ? '' : ` Neither is 'resume after ${resumeAfter}'.`
  const what =
    statement === undefined
      ? 'the function was begun, and ended in the middle'
      : `statement ${begun} of ${(work as readonly unknown[]).length} was begun, and whether it is done is not known`
  const command = `${commandOf(direction)} --resume-after`
  const ways =
    statement === undefined
      ? `Look into the database. Finish it by hand and run ${command} 1, or take back by hand what is done and run ${command} 0.`
      : `Look into the database: if it is done, run ${command} ${begun}; if it is not, run ${command} ${begun - 1}.`
  const shown = statement === undefined ? '' : `\n  ${shortened(statement.text)}`
  return `${place}: ${what}: a runner ended there.${refused} ${ways}${shown}`
}
