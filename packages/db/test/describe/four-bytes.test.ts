// Characters of four bytes, of which the catalogue of MariaDB has question marks.
import { describe, expect, it } from 'vitest'
import { ALL_SYSTEMS } from '../systems.ts'
import { describing, tableIn } from './describing.ts'

describe.each(ALL_SYSTEMS.filter(([name]) => name === 'MariaDB'))(
  'characters of four bytes on %s',
  (_name, make) => {
    const on = describing(make)

    it(
      'are described as they were written',
      on(async ({ run, describe: read }) => {
        await run(`create table messages (
        id int primary key,
        mood enum('😀','it''s 😢?','plain?') character set utf8mb4 not null default 'it''s 😢?',
        flags set('a','🏁') character set utf8mb4 default 'a,🏁',
        greeting varchar(20) character set utf8mb4 default '🙂? hi',
        sealed varchar(20) character set utf8mb4 default concat('🔒?', '?'),
        loud varchar(40) character set utf8mb4 generated always as (concat(greeting, '📣')) stored,
        constraint nice check (greeting <> '🤬' and greeting <> '?')
      ) character set utf8mb4`)
        const { columns, checks } = tableIn(await read(), 'messages')
        const [, mood, flags, greeting, sealed, loud] = columns
        expect(mood).toMatchObject({ values: ['😀', "it's 😢?", 'plain?'], default: { value: "it's 😢?" } })
        expect(flags?.type).toContain("set('a','🏁')")
        expect(flags?.default?.value).toBe('a,🏁')
        expect(greeting?.default?.value).toBe('🙂? hi')
        expect(sealed?.default?.text).toContain("'🔒?','?'")
        expect(loud?.generated).toContain("'📣'")
        expect(checks.map(({ expression }) => expression)).toEqual([
          "`greeting` <> '🤬' and `greeting` <> '?'",
        ])
      }),
    )
  },
)
