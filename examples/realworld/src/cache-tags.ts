// What is kept of the API, by what is dropped when something changes.

/** The list of all tags in use. */
export const TAGS_IN_USE = 'tags'

/** What shows an article. */
export function tagOfArticle(id: string): string {
  return `article:${id}`
}

/** What shows the name, the text or the picture of a user. */
export function tagOfUser(id: string): string {
  return `user:${id}`
}
