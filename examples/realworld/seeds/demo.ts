import { seed } from '@keelson/db'
import { tables } from '../src/tables.ts'

/** The hash of `plum tree by the canal`, the password of all of them. */
const PASSWORD_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$kgJqNFTna9Kcf8UtmFRSEQ$Gpi5tHiQW+wfFaVU/zNk+Raghp04vv2WLzRPXu+7I1M'

const WRITERS = ['ada', 'bob', 'cleo']
const ARTICLES = [
  { by: 'ada', slug: 'how-to-train-a-dragon', title: 'How to train a dragon', tags: ['dragons', 'training'] },
  { by: 'ada', slug: 'what-dragons-eat', title: 'What dragons eat', tags: ['dragons', 'food'] },
  { by: 'bob', slug: 'bread-for-beginners', title: 'Bread for beginners', tags: ['food'] },
]

/** A few writers and what they have written, to look at. May run as often as one likes. */
export default seed(tables, async ({ put }) => {
  const people = WRITERS.map((username) => ({
    username,
    email: `${username}@example.com`,
    passwordHash: PASSWORD_HASH,
    bio: `I am ${username}, and I write.`,
  }))
  const users = await put('users', people, { on: ['username'] })
  const idOf = (name: string): string => users.find(({ username }) => username === name)?.id ?? ''

  const written = ARTICLES.map(({ by, slug, title, tags }) => ({
    slug,
    title,
    description: `${title}, by one who knows.`,
    body: `# ${title}\n\nSlowly, and with patience.`,
    tagList: tags,
    authorId: idOf(by),
  }))
  const articles = await put('articles', written, { on: ['slug'] })
  await put(
    'articleTags',
    articles.flatMap(({ id, tagList }) => tagList.map((tag) => ({ articleId: id, tag }))),
  )
  await put(
    'favorites',
    articles.map(({ id }) => ({ articleId: id, userId: idOf('cleo') })),
  )
  await put('follows', [
    { followerId: idOf('cleo'), followedId: idOf('ada') },
    { followerId: idOf('bob'), followedId: idOf('ada') },
  ])
})
