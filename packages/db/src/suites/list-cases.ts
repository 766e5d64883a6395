import { errorOf, person, type Cases, type SuiteDatabase } from './suite-case.ts'

async function fill({ people }: SuiteDatabase): Promise<void> {
  const ages = [3, null, 1, 2, null, 1, 3]
  await people.insertMany(ages.map((age, at) => person(`p${at}`, age)))
}

/** Lists that are read in parts: pages and streams. */
export const LIST_CASES: Cases = {
  'gives each row once in pages, in both directions': async (db, expect) => {
    await fill(db)
    for (const orderBy of [{ age: 'asc' }, { age: 'desc', name: 'asc' }] as const) {
      const all = (await db.people.find({ orderBy: { ...orderBy, id: orderBy.age } })).map(({ age }) => age)
      let page = await db.people.page({ limit: 3 }, { orderBy })
      const forth = page.items.map(({ name }) => name)
      const ages = page.items.map(({ age }) => age)
      while (page.next !== undefined) {
        page = await db.people.page({ limit: 3, after: page.next }, { orderBy })
        forth.push(...page.items.map(({ name }) => name))
        ages.push(...page.items.map(({ age }) => age))
      }
      expect(ages).toEqual(all)
      const back = page.items.map(({ name }) => name)
      while (page.previous !== undefined) {
        page = await db.people.page({ limit: 3, before: page.previous }, { orderBy })
        back.unshift(...page.items.map(({ name }) => name))
      }
      expect(back).toEqual(forth)
      expect(new Set(forth).size).toEqual(7)
    }
  },
  'moves no row to another page when others come and go': async (db, expect) => {
    await db.people.insertMany(['b', 'd', 'f', 'h'].map((name) => person(name)))
    const options = { orderBy: { name: 'asc' } } as const
    const first = await db.people.page({ limit: 2 }, options)
    await db.people.insertMany([person('a'), person('e')])
    await db.people.deleteMany({ where: { name: 'd' } })
    const second = await db.people.page({ limit: 9, after: first.next }, options)
    expect(second.items.map(({ name }) => name)).toEqual(['e', 'f', 'h'])
  },
  'streams all rows, and lets go where the reader leaves early': async (db, expect) => {
    await fill(db)
    const names: string[] = []
    for await (const { name } of db.people.stream({ orderBy: { name: 'asc' } })) names.push(name)
    expect(names).toEqual(['p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6'])
    const left = async (): Promise<void> => {
      for await (const { name } of db.people.stream()) if (name !== '') break
      await db.people.insert(person(`q${names.length++}`))
    }
    await left()
    await db.transaction(left)
    expect(await db.people.count()).toEqual(9)
    const thrown = new Error('enough')
    const failed = db.transaction(async () => {
      await db.people.insert(person('r'))
      for await (const { name } of db.people.stream()) if (name !== '') throw thrown
    })
    expect((await errorOf(failed)) === thrown).toEqual(true)
    expect(await db.people.count()).toEqual(9)
  },
}
