import { ArgumentError } from '@keelson/core'
import { describeValue } from '@keelson/core/options'

/** Most tags of an entry. */
const MAX_CARRIED = 16

/** Most tags of one call that invalidates. */
export const MAX_INVALIDATED = 1_000

/** Longer ones are not names. */
const MAX_UNITS = 1024

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const FORBIDDEN = /[\0-\x1f\x7f]|\p{Surrogate}/u

/** What is wrong with the tags of an entry or an invalidation, and what to do about it. */
export function tagProblem(
  tags: unknown,
  most: number = MAX_CARRIED,
): { readonly message: string; readonly remedy: string } | undefined {
  if (!Array.isArray(tags))
    return { message: `Tags are a list of texts, not ${describeValue(tags)}.`, remedy: "Give ['orders']." }
  if (tags.length > most)
    return {
      message: `There are ${tags.length} tags, and at most ${most} may be.`,
      remedy: 'Tag with what is invalidated together, not with each part.',
    }
  for (const tag of tags as readonly unknown[]) {
    const problem = wrongWith(tag)
    if (problem !== undefined) return problem
  }
  return undefined
}

function wrongWith(tag: unknown): { readonly message: string; readonly remedy: string } | undefined {
  if (typeof tag !== 'string' || tag === '')
    return {
      message: `A tag is a text that is not empty, not ${describeValue(tag)}.`,
      remedy: "Give a name, and what tells it apart: 'product:7'.",
    }
  if (tag.length > MAX_UNITS)
    return {
      message: `A tag of ${tag.length} characters is longer than ${MAX_UNITS}.`,
      remedy: 'Hash the long part.',
    }
  if (FORBIDDEN.test(tag))
    return {
      message: `The tag ${JSON.stringify(tag)} has control characters or lone surrogates.`,
      remedy: 'Encode them, by encodeURIComponent for example.',
    }
  return undefined
}

/**
 * @param place - `prices.getOrSet`, for the message
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT`
 */
export function assertTags(tags: unknown, place: string, most?: number): asserts tags is readonly string[] {
  const problem = tagProblem(tags, most)
  if (problem !== undefined) throw new ArgumentError(`${place}: ${problem.message} ${problem.remedy}`)
}

/** Tags as a person reads them: `tags 'orders', 'prices'`. */
export function quotedTags(tags: readonly string[]): string {
  return `${tags.length === 1 ? 'tag' : 'tags'} ${tags.map((tag) => `'${tag}'`).join(', ')}`
}
