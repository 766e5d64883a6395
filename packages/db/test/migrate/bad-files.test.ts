// Files that cannot run are found before anything runs, each with its place and what to do.
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Dialect } from '../../src/adapter/index.ts'
import { readFolder } from '../../src/migrate/read-folder.ts'
import { migrationFolder, messageOf, type Files } from './migration-folder.ts'

const problems = async (files: Files, system: Dialect['system'] = 'postgresql'): Promise<string> => {
  using folder = migrationFolder(files)
  return (await messageOf(readFolder(folder.path, system))).replaceAll(`${folder.path}/`, '')
}

describe('a folder of migrations', () => {
  it('that is missing, or is not a folder, is named', async () => {
    using folder = migrationFolder({ '0001-a.sql': 'select 1' })
    expect(await messageOf(readFolder(join(folder.path, 'none'), 'sqlite'))).toMatch(
      /migrations-.*\/none: There is no such folder\. Make the first file and the folder by keelson db diff/,
    )
    await expect(readFolder(join(folder.path, 'none'), 'sqlite')).rejects.not.toHaveProperty('cause')
    expect(await messageOf(readFolder(join(folder.path, '0001-a.sql'), 'sqlite'))).toContain(
      'It is not a folder',
    )
  })

  it('with a folder or a pipe where a file should be says so, and does not wait for it', async () => {
    using folder = migrationFolder()
    mkdirSync(join(folder.path, '0001-a.sql'))
    execFileSync('mkfifo', [join(folder.path, '0002-b.sql'), join(folder.path, 'checksums')])
    const message = await messageOf(readFolder(folder.path, 'sqlite'))
    expect(message).toContain('0001-a.sql: It is a folder. Move it to another folder.')
    expect(message).toContain('0002-b.sql: It is a pipe, a socket or a device. Move it')
    expect(message).toContain('checksums: It is a pipe, a socket or a device. Move it')
  })

  it('may have other files', async () => {
    using folder = migrationFolder({
      '0001-a.sql': 'select 1',
      'README.md': '',
      '.gitkeep': '',
      '0002-b.d.ts': '',
    })
    expect(await readFolder(folder.path, 'sqlite')).toHaveLength(1)
  })

  it.each<[string, Files, RegExp]>([
    [
      'two files of one number',
      {
        '0001-a.sql': 'select 1',
        '0002-b.sql': 'select 1',
        '0002-c.sql': 'select 1',
        '0003-d.sql': 'select 1',
      },
      /0002-c\.sql: It has the number of 0002-b\.sql\. Two branches .* the number 0004/,
    ],
    [
      'a gap',
      { '0001-a.sql': 'select 1', '0004-b.sql': 'select 1' },
      /0004-b\.sql: The files 0002 to 0003 are missing before it.*the number 0002/,
    ],
    [
      'a first number that is not 0001',
      { '0002-b.sql': 'select 1' },
      /0002-b\.sql: The file 0001 is missing/,
    ],
    [
      'a number of other length',
      { '001-a.sql': 'select 1' },
      /001-a\.sql: This is not the name of a migration/,
    ],
    ['capital letters', { '0001-Add.sql': 'select 1' }, /0001-Add\.sql: This is not the name/],
    ['no number', { 'add.sql': 'select 1' }, /add\.sql: This is not the name/],
    ['an empty file', { '0001-a.sql': '' }, /0001-a\.sql:1: The file has no statement/],
    ['a file of comments', { '0001-a.sql': '-- nothing\n' }, /0001-a\.sql:1: The file has no statement/],
    ['an empty module', { '0001-a.ts': ' \n' }, /0001-a\.ts: The file is empty/],
    [
      'another encoding',
      { '0001-a.sql': Buffer.from("select '\u00e9'", 'latin1') },
      /0001-a\.sql: The file is not text in UTF-8/,
    ],
    [
      'UTF-16',
      { '0001-a.sql': Buffer.from('\uFEFFselect 1', 'utf16le') },
      /0001-a\.sql: The file is not text in UTF-8/,
    ],
  ])('with %s says what to do', async (_what, files, expected) => {
    expect(await problems(files)).toMatch(expected)
  })

  it('says all that is wrong at once', async () => {
    const text = await problems({ '0001-a.sql': 'begin', '0003-b.sql': "select '", 'c.sql': 'select 1' })
    expect(text).toMatch(/3 problems|4 problems/)
  })
})

describe('a mark of an SQL file in another spelling', () => {
  it.each([
    '-- migrate:down',
    '-- migrate:down transaction:false',
    '-- +goose Down',
    '-- +migrate Down',
    '-- Down Migration',
    '-- rollback',
    '--rollback drop table notes;',
    '--//@UNDO',
    '-- --- !Downs',
    '-- === DOWN ===',
    '-- undo',
    '-- Revert:',
    '-- down (drops the table)',
    '-- down - the notes',
    '--- down',
    '-- dwon',
    '-- downgrade',
    '---- create above / drop below ----',
    '/* down */',
    '/*\n * rollback\n */',
  ])('is refused, since what follows would run forward: %s', async (mark) => {
    for (const end of ['', ';'])
      expect(
        await problems({ '0001-a.sql': `create table notes (id int)${end}\n${mark}\ndrop table notes;` }),
      ).toMatch(
        /:2: '.*' does not begin the way back: what follows would run forward\. Write '-- down' alone on a line/,
      )
  })

  it('is refused on MySQL, which has a sign of its own for comments', async () => {
    const text = 'create table notes (id int);\n# down\ndrop table notes;'
    expect(await problems({ '0001-a.sql': text }, 'mariadb')).toContain(
      ":2: '# down' does not begin the way back",
    )
  })

  it.each([
    ['-- transactions: off', 'transaction'],
    ['-- transction: off', 'transaction'],
    ['-- transaction off', 'transaction'],
    ['-- transaction = off', 'transaction'],
    ['/* transaction: off */', 'transaction'],
    ['-- foreign key: off', 'foreign keys'],
    ['-- foreignkeys: off', 'foreign keys'],
  ])('is refused at the head: %s', async (mark, known) => {
    expect(await problems({ '0001-a.sql': `${mark}\nselect 1` }, 'sqlite')).toContain(
      `:1: '${mark}' is not understood. Write '-- ${known}: off'.`,
    )
  })

  it.each([
    '-- Undo the default of 0003, which was wrong',
    '-- rollback is not possible: the values are gone',
    '-- it slows down the import',
    '-- nothing to undo',
    '-- town',
    '-- translations: German',
    '-- transactions: those of the shop, and of its branches',
    '-- migrate:up',
    '/* revert the hack of last year */',
  ])('is not read out of a remark: %s', async (remark) => {
    using folder = migrationFolder({ '0001-a.sql': `${remark}\nselect 1;\n-- down\n-- rollback\nselect 2` })
    expect(await readFolder(folder.path, 'postgresql')).toHaveLength(1)
  })
})

describe('a file of SQL', () => {
  it.each<[Dialect['system'], string, RegExp]>([
    [
      'postgresql',
      'select 1;\n\nbegin;\nselect 2;\ncommit;',
      /:3: 'begin' is refused\. A file is one transaction already/,
    ],
    ['postgresql', '/* a */ Start Transaction', /:1: 'start' is refused/],
    ['postgresql', "prepare transaction 'a'", /:1: 'prepare transaction' is refused/],
    ['sqlite', 'select 1;\nrollback', /:2: 'rollback' is refused/],
    ['mariadb', 'select 1;\nset autocommit = 0', /:2: 'set autocommit' is refused/],
    ['mariadb', 'lock tables a write', /:1: 'lock tables' is refused/],
    ['mariadb', '/*!40000 start transaction */', /:1: '\/\*! start … \*\/' is refused/],
    [
      'mariadb',
      'use shop;\ncreate table a (b int)',
      /:1: 'use' is refused\. A file is run in the database of the adapter/,
    ],
    ['sqlite', "attach 'a.db' as a", /:1: 'attach' is refused/],
    [
      'postgresql',
      'create table a (b int);\n\\c shop\nselect 1',
      /:2: '\\c' is refused\. A file is read by the server/,
    ],
    [
      'postgresql',
      '\\restrict abc\n\nselect 1;\n\\unrestrict abc\n',
      /:1: '\\restrict' is refused\. pg_dump writes it .* sed -E '\/\^\\\\\(un\)\?restrict \/d' > 0001-before\.sql/,
    ],
    ['postgresql', 'select 1 \\gset', /:1: '\\gset' is refused/],
    ['postgresql', "copy a (b) from stdin;\n1\n'\n\\.\n", /:1: 'copy … from stdin' is refused\. Its rows/],
    ['sqlite', '.read other.sql', /:1: '\.read' is refused/],
    [
      'mysql',
      'delimiter //\ncreate procedure p() begin select 1; end //',
      /:1: 'delimiter' is refused\. .*begin … end is read as one/,
    ],
    ['mysql', 'source other.sql', /:1: 'source' is refused/],
    ['postgresql', 'discard all', /:1: 'discard' is refused/],
    [
      'sqlite',
      'pragma foreign_keys = off; drop table a',
      /:1: SQLite ignores this pragma within a transaction/,
    ],
    ['postgresql', "select 1;\ninsert into a values ('b)", /:2: The quote ' is not closed/],
    [
      'mariadb',
      'create trigger t before insert on a for each row begin set new.b = 1;',
      /:1: The statement has 'begin' without an end/,
    ],
    ['postgresql', 'select 1;\n-- down\n', /:2: There is no statement after '-- down'/],
    [
      'postgresql',
      'select 1;\n-- down: nothing\nselect 2',
      /:3: There is a statement after '-- down: nothing'/,
    ],
    ['postgresql', 'select 1;\n-- down: later\n', /:2: '-- down: later' is not understood/],
    ['postgresql', 'select 1;\n-- down\nselect 2;\n-- down\nselect 3', /:4: '-- down' is in line 2 already/],
    ['postgresql', '-- down\nselect 2', /:1: The file has no statement/],
    ['postgresql', 'select 1;\n-- down\ncommit', /:3: 'commit' is refused/],
    ['postgresql', '-- transaction: no\nselect 1', /:1: '-- transaction: no' is not understood/],
    [
      'postgresql',
      'select 1;\n-- transaction: off\nselect 2',
      /:2: '-- transaction: off' is below the first statement/,
    ],
    [
      'sqlite',
      '-- foreign keys: off\n-- transaction: off\nselect 1',
      /:1: '-- foreign keys: off' and '-- transaction: off' are both given/,
    ],
    [
      'postgresql',
      '-- foreign keys: off\nselect 1',
      /:1: '-- foreign keys: off' is for SQLite alone\. Give postgresql a folder of migrations of its own/,
    ],
  ])('of %s is refused: %s', async (system, text, expected) => {
    expect(await problems({ '0001-a.sql': text }, system)).toMatch(expected)
  })

  it.each<[Dialect['system'], string]>([
    [
      'postgresql',
      "create table a (b text default 'begin; \\c'); -- down is not here\ncomment on table a is 'commit';",
    ],
    [
      'postgresql',
      '-- transaction: off\ncreate index concurrently a_b on a (b);\n-- down\ndrop index concurrently a_b',
    ],
    ['postgresql', "select E'\\\\'; copy a to '/tmp/a'"],
    ['mariadb', 'begin not atomic select 1; end; /*!40101 set names utf8 */'],
    ['sqlite', '-- foreign keys: off\ncreate table b (c); drop table a;'],
    ['sqlite', '-- transaction: off\npragma foreign_keys = off; vacuum'],
  ])('of %s is read: %s', async (system, text) => {
    using folder = migrationFolder({ '0001-a.sql': text })
    expect(await readFolder(folder.path, system)).toHaveLength(1)
  })
})
