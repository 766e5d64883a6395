// The template of the databases of tests: made by the first that needs it, found by what is in it.
import { createHash } from 'node:crypto'
import { datedName, type Adapter, type Databases } from '../adapter/index.ts'
import { creationTexts } from '../create-tables/index.ts'
import { factsOf, type AnyTables } from '../table/index.ts'
import { alone } from './alone.ts'

/** Followed by a hash and the time. */
export const TEMPLATE_PREFIX = 'keelson_template_'
/** What is not whole yet. */
export const UNFINISHED_PREFIX = 'keelson_unfinished_'

const HASH_LENGTH = 16

/** What a template is made of. */
export interface TemplateParts {
  readonly databases: Databases
  readonly tables: AnyTables
  /** Makes tables and rows. */
  fill(adapter: Adapter): Promise<void>
  /** Says which tables and rows those are, as far as the declared tables do not. */
  key(): Promise<string>
}

/** Makes databases with the same tables and rows: by a copy where the system copies. */
export class TemplateMaker {
  readonly #parts: TemplateParts

  constructor(parts: TemplateParts) {
    this.#parts = parts
  }

  async copyTo(name: string): Promise<void> {
    const { databases, fill } = this.#parts
    const { copies } = databases
    if (copies === undefined) {
      await databases.create(name)
      return fill(databases.at(name))
    }
    const prefix = await this.#prefix()
    const template = (await this.#find(prefix)) ?? (await this.#makeOnce(prefix))
    try {
      await copies.create(name, template)
    } catch (error) {
      // Another process may find it too old, and drop it.
      if ((await databases.list(template)).length > 0) throw error
      await copies.create(name, await this.#makeOnce(prefix))
    }
  }

  async #prefix(): Promise<string> {
    const { databases, tables, key } = this.#parts
    const texts = creationTexts(factsOf(tables), databases.at(TEMPLATE_PREFIX).dialect())
    const hash = createHash('sha256')
      .update(JSON.stringify([texts, await key()]))
      .digest('hex')
    return `${TEMPLATE_PREFIX}${hash.slice(0, HASH_LENGTH)}_`
  }

  async #find(prefix: string): Promise<string | undefined> {
    return (await this.#parts.databases.list(prefix))[0]?.name
  }

  /** Test files begin at the same time: the first makes it, and the others wait. */
  #makeOnce(prefix: string): Promise<string> {
    return alone(prefix, async () => (await this.#find(prefix)) ?? (await this.#make(prefix)))
  }

  /** Under another name until it is whole, so that nobody copies half of it; that each of several makes one harms nothing. */
  async #make(prefix: string): Promise<string> {
    const { databases, fill } = this.#parts
    const unfinished = datedName(UNFINISHED_PREFIX)
    const template = datedName(prefix)
    await databases.create(unfinished)
    try {
      await fill(databases.at(unfinished))
      await databases.copies?.rename(unfinished, template)
    } catch (error) {
      await databases.drop(unfinished).catch(() => undefined)
      throw error
    }
    return template
  }
}
