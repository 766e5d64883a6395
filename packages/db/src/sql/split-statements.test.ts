import { describe, expect, it } from 'vitest'
import type { Dialect } from '../adapter/index.ts'
import { splitStatements } from './split-statements.ts'

const split = (text: string, system: Dialect['system'] = 'postgresql'): string[] =>
  splitStatements(text, system).statements.map((one) => one.text)

/** The lines of statements, and what stands above each. */
const placed = (text: string, system: Dialect['system'] = 'postgresql') =>
  splitStatements(text, system).statements.map(({ line, comments }) => [line, comments.map((c) => c.text)])

const problem = (text: string, system: Dialect['system'] = 'postgresql') =>
  splitStatements(text, system).problem

describe('a text of statements', () => {
  it('is taken apart at semicolons, the last of which may be missing', () => {
    expect(split('select 1; select 2;;\n\n; select 3')).toEqual(['select 1', 'select 2', 'select 3'])
    expect(split(' \n-- nothing\n')).toEqual([])
  })

  it.each<[Dialect['system'], string]>([
    ['postgresql', "insert into a values ('x; ''y;', E'\\'; z', \"c;d\")"],
    ['postgresql', 'do $$ begin perform 1; end $$'],
    ['postgresql', 'do $a$ select $$;$$; $a$'],
    ['postgresql', 'select 1 /* a; /* b; */ c; */ + 1 -- d;\n + 2'],
    ['postgresql', 'create rule r as on insert to a do also (delete from b; delete from c)'],
    [
      'postgresql',
      'create function f() returns int begin atomic select 1; select case when 1 = 1 then 2 end; end',
    ],
    [
      'sqlite',
      'create trigger t after insert on a begin update b set c = case when 1 then 2 end; delete from d; end',
    ],
    ['sqlite', "insert into [a;b] values ('c;')"],
    ['mariadb', "insert into `a;b` values ('x\\'; y', \"z;\") # d;\n"],
    ['mariadb', '/*!40101 set names utf8; */'],
    ['mariadb', 'create trigger t before insert on a for each row begin set new.b = 1; set new.c = 2; end'],
    [
      'mariadb',
      'create definer=`root`@`%` procedure p() begin declare i int; l: loop if i > 1 then leave l; end if; end loop l; case i when 1 then select 1; else begin end; end case; while i do set i = 0; end while; repeat set i = 1; until i end repeat; end',
    ],
    ['mariadb', 'begin not atomic select 1; select 2; end'],
    ['mariadb', 'create table event (`begin` int, begin datetime, end datetime)'],
  ])('of %s is one statement: %s', (system, text) => {
    const both = split(`${text};\nselect 2`, system)
    expect(both).toHaveLength(2)
    expect(both[1]).toBe('select 2')
  })

  it('has a place and the comments above for each', () => {
    const text =
      '-- head\n\n/* two\nlines */\ncreate table a (\n  b int\n);\n-- safe: small\ndrop table a; -- after\n'
    expect(placed(text)).toEqual([
      [5, ['-- head', '/* two\nlines */']],
      [9, ['-- safe: small']],
    ])
    expect(splitStatements(text, 'postgresql').comments).toHaveLength(4)
    expect(splitStatements('select 1', 'sqlite', 7).statements[0]!.line).toBe(7)
  })

  it.each<[Dialect['system'], string, number, string]>([
    ['postgresql', "select 1;\nselect 'a;\nselect 2", 2, "The quote ' is not closed."],
    ['postgresql', 'select 1;\n\ndo $x$ begin; end', 3, 'The quote $x$ is not closed.'],
    ['postgresql', 'select 1; /* a', 1, 'The comment is not closed by */.'],
    ['sqlite', 'select 1; /* a', 1, 'The comment is not closed by */.'],
    ['mysql', 'select `a;\n', 1, 'The quote ` is not closed.'],
    [
      'mysql',
      'select 1;\ncreate trigger t before insert on a for each row begin set new.a = 1;',
      2,
      "The statement has 'begin' without an end.",
    ],
    ['sqlite', 'create table a (b int;\nselect 1;', 1, 'The statement has a parenthesis without an end.'],
  ])('of %s that is not whole says where: %s', (system, text, line, message) => {
    expect(problem(text, system)).toEqual({ line, message })
  })

  it('is read in a time that grows with its length', () => {
    const text = "insert into a values ('b', 1, /* c */ $$d$$);\n".repeat(20_000)
    const started = performance.now()
    expect(split(text)).toHaveLength(20_000)
    expect(performance.now() - started).toBeLessThan(5000)
  })
})
