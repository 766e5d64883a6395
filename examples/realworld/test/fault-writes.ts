// Writers of what is there or not: a like, a follow, comments, accounts. What there may be of it, their answers have said.
import type { Load, Told } from './fault-load.ts'

/** Something that is switched on and off: by POST and DELETE of one path. */
class Switch {
  readonly #load: Load
  readonly #path: string
  #possible: ReadonlySet<boolean> = new Set([false])

  constructor(load: Load, path: string) {
    this.#load = load
    this.#path = path
  }

  async run(until: number): Promise<void> {
    for (let isOn = true; Date.now() < until; isOn = !isOn) {
      const told = await this.#load.change(isOn ? 'POST' : 'DELETE', this.#path)
      if (told === 'done') this.#possible = new Set([isOn])
      if (told === 'unknown') this.#possible = new Set([...this.#possible, isOn])
    }
  }

  /** What is wrong with how it is at the end. */
  wrongWith(isOn: boolean): string[] {
    return this.#possible.has(isOn) ? [] : [`${this.#path} is ${isOn}, against what was answered`]
  }
}

/** Things that are made once, each by its name. */
class Additions {
  readonly #told = new Map<string, Told>()

  async run(until: number, make: (name: string) => Promise<Told>): Promise<void> {
    for (let at = 0; Date.now() < until; at++) this.#told.set(`number-${at}`, await make(`number-${at}`))
  }

  /** What is wrong with how often each is there at the end. */
  async wrongWith(countOf: (name: string) => number | Promise<number>): Promise<string[]> {
    const wrong: string[] = []
    for (const [name, told] of this.#told) {
      const count = await countOf(name)
      const isRight = told === 'unknown' ? count < 2 : count === (told === 'done' ? 1 : 0)
      if (!isRight) wrong.push(`${name} is there ${count} times, and was ${told}`)
    }
    return wrong
  }
}

/** What is written beside the articles, by one member. */
export class Writes {
  readonly #load: Load
  readonly #article: string
  readonly #like: Switch
  readonly #follow: Switch
  readonly #comments = new Additions()
  readonly #accounts = new Additions()

  private constructor(load: Load, slug: string) {
    this.#load = load
    this.#article = `/articles/${slug}`
    this.#like = new Switch(load, `${this.#article}/favorite`)
    this.#follow = new Switch(load, '/profiles/eve/follow')
  }

  static async begin(load: Load): Promise<Writes> {
    await load.signUp('eve')
    const article = { title: 'Liked', description: 'By one', body: 'Or nobody.' }
    const [, body] = await load.ask('POST', '/articles', { article })
    return new Writes(load, body.article.slug)
  }

  run(until: number): Promise<void>[] {
    const path = `${this.#article}/comments`
    return [
      this.#like.run(until),
      this.#follow.run(until),
      this.#comments.run(until, (body) => this.#load.change('POST', path, { comment: { body } })),
      this.#accounts.run(until, (name) => this.#load.signUp(name)),
    ]
  }

  /** What is wrong at the end. */
  async wrong(): Promise<string[]> {
    const [, { comments }] = await this.#load.ask('GET', `${this.#article}/comments`)
    const [, { profile }] = await this.#load.ask('GET', '/profiles/eve')
    const [, { article }] = await this.#load.ask('GET', this.#article)
    const isThere = async (name: string) =>
      (await this.#load.ask('GET', `/profiles/${name}`))[0] === 200 ? 1 : 0
    return [
      ...this.#like.wrongWith(article.favorited),
      ...this.#follow.wrongWith(profile.following),
      ...(await this.#comments.wrongWith((name) => comments.filter(({ body }) => body === name).length)),
      ...(await this.#accounts.wrongWith(isThere)),
      ...(article.favoritesCount === Number(article.favorited)
        ? []
        : ['what is kept of the likes is another number']),
    ]
  }
}
