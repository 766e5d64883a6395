// `node dist/programs/conduit-data.js` makes W11's database where it is missing, by the migrations of the example, and fills it.
import { defineTables, openDatabase } from '@keelson/db'
import { migrate } from '@keelson/db/migrations'
import { postgres } from '@keelson/db/postgres'
import { join } from 'node:path'
import pg from 'pg'
import { ARTICLES, conduitDir, CONDUIT_URL, FAVORITES, USERS } from '../domain/conduit.ts'

const ID = (expression: string): string =>
  `('00000000-0000-7000-8000-' || lpad(to_hex(${expression}), 12, '0'))::uuid`

const FILL = [
  `insert into users (id, username, email, password_hash, bio, image)
     select ${ID('n')}, 'user-' || n, 'user-' || n || '@example.com', 'x', 'I am user ' || n, 'https://pictures.example/' || n
     from generate_series(0, ${USERS - 1}) n`,
  `insert into articles (id, slug, title, description, body, tag_list, author_id, created_at, updated_at)
     select ${ID('n')}, 'article-' || n, 'Article ' || n, 'What number ' || n || ' is about', repeat('Some text of an article. ', 40),
       jsonb_build_array('tag-' || n % 50, 'tag-' || n % 7), ${ID(`n % ${USERS}`)}, now(), now()
     from generate_series(0, ${ARTICLES - 1}) n`,
  `insert into article_tags (article_id, tag) select id, jsonb_array_elements_text(tag_list) from articles on conflict do nothing`,
  `insert into favorites (article_id, user_id)
     select ${ID(`n % ${ARTICLES}`)}, ${ID(`(n * 7 + n / ${ARTICLES}) % ${USERS}`)} from generate_series(0, ${FAVORITES - 1}) n on conflict do nothing`,
  `insert into follows (follower_id, followed_id)
     select ${ID('n')}, ${ID(`(n + k) % ${USERS}`)} from generate_series(0, ${USERS - 1}) n, generate_series(1, 10) k`,
]

await make()
{
  await using db = await openDatabase(postgres(CONDUIT_URL), defineTables({}))
  await migrate(db, { folder: join(conduitDir(), 'migrations/postgres') })
}
await on(CONDUIT_URL, async (client) => {
  const { rows } = await client.query<{ count: number }>('select count(*)::integer as count from favorites')
  if (rows[0]!.count === 0) for (const text of FILL) await client.query(text)
  // What a run of `create` has left, and then as autovacuum leaves tables that rest: else each run counts over more dead rows.
  await client.query("delete from articles where slug not like 'article-%'")
  await client.query('vacuum analyze')
})

async function make(): Promise<void> {
  const { pathname } = new URL(CONDUIT_URL)
  await on(Object.assign(new URL(CONDUIT_URL), { pathname: '/postgres' }).href, async (client) => {
    const name = pathname.slice(1)
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
    if (rowCount === 0) await client.query(`create database ${name}`)
  })
}

async function on(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
