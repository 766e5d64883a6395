// What the articles of W11 look like to Fastify and to Kysely.
import type { ColumnType, Generated } from 'kysely'

export interface Tables {
  readonly users: {
    readonly id: string
    readonly username: string
    readonly bio: string
    readonly image: string
  }
  readonly articles: {
    readonly id: string
    readonly slug: string
    readonly title: string
    readonly description: string
    readonly body: string
    readonly tag_list: ColumnType<string[], string, string>
    readonly author_id: string
    readonly created_at: Generated<Date>
    readonly updated_at: Generated<Date>
  }
  readonly article_tags: { readonly article_id: string; readonly tag: string }
  readonly favorites: { readonly article_id: string; readonly user_id: string }
  readonly follows: { readonly follower_id: string; readonly followed_id: string }
}

/** A row of what is shown of an article. */
export interface ArticleRow {
  readonly slug: string
  readonly title: string
  readonly description: string
  readonly tag_list: string[]
  readonly created_at: Date
  readonly updated_at: Date
  readonly username: string
  readonly bio: string
  readonly image: string
  readonly liked_by: string | null
  readonly followed_by: string | null
  readonly favorites_count: string | null
}

const TEXT = { type: 'string' } as const
const WORDS = { type: 'string', minLength: 1, pattern: '\\S' } as const
const AUTHOR = {
  type: 'object',
  required: ['username', 'bio', 'image', 'following'],
  properties: { username: TEXT, bio: TEXT, image: TEXT, following: { type: 'boolean' } },
} as const
const FACTS = {
  slug: TEXT,
  title: TEXT,
  description: TEXT,
  tagList: { type: 'array', items: TEXT },
  createdAt: TEXT,
  updatedAt: TEXT,
  favorited: { type: 'boolean' },
  favoritesCount: { type: 'integer' },
  author: AUTHOR,
} as const

export const ARTICLE_SCHEMA = {
  type: 'object',
  required: ['article'],
  properties: {
    article: {
      type: 'object',
      required: [...Object.keys(FACTS), 'body'],
      properties: { ...FACTS, body: TEXT },
    },
  },
} as const

export const ARTICLES_SCHEMA = {
  type: 'object',
  required: ['articles', 'articlesCount'],
  properties: {
    articles: {
      type: 'array',
      items: { type: 'object', required: Object.keys(FACTS), properties: FACTS },
    },
    articlesCount: { type: 'integer' },
  },
} as const

export const LIST_QUERY_SCHEMA = {
  type: 'object',
  properties: {
    tag: { ...WORDS, maxLength: 100 },
    author: { ...WORDS, maxLength: 100 },
    limit: { type: 'integer', minimum: 1, default: 20 },
    offset: { type: 'integer', minimum: 0, default: 0 },
  },
} as const

export const SLUG_SCHEMA = { type: 'object', required: ['slug'], properties: { slug: TEXT } } as const

export const NEW_ARTICLE_SCHEMA = {
  type: 'object',
  required: ['article'],
  properties: {
    article: {
      type: 'object',
      required: ['title', 'description', 'body'],
      properties: {
        title: { ...WORDS, maxLength: 500 },
        description: { ...WORDS, maxLength: 2000 },
        body: WORDS,
        tagList: { type: 'array', items: { ...WORDS, maxLength: 100 }, maxItems: 100, default: [] },
      },
    },
  },
} as const
