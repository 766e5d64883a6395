// What is asked of the editor, framework by framework, behind the client that `calls.ts` makes.

/** Text that ends where names are wanted, and one that must be among them: types that have become `any` offer none. */
export interface Question {
  readonly text: string
  readonly expected: string
}

/** `errors` is there where the type of a client tells errors apart. */
export interface Questions {
  readonly names: Question
  readonly input?: Question
  readonly errors?: Question
}

const NAMES = { text: 'client.group1.', expected: 'route21' }

/** What a project without any framework can be asked: the cost of the compiler's libraries and of the types of Node. */
export const floorQuestions: Questions = { names: NAMES }

export const keelsonQuestions: Questions = {
  names: NAMES,
  input: { text: 'client.group1.route21({ params: { ', expected: 'id' },
  errors: {
    text: `const outcome = await client.group1.route21.result({ params: { id: 'x' }, query: { page: 1 } })
if (!outcome.ok) switch (outcome.error.code) { case '`,
    expected: 'UNEXPECTED',
  },
}

export const honoQuestions: Questions = {
  names: NAMES,
  input: { text: "client.group1.route21[':id'].$get({ param: { ", expected: 'id' },
}

export const trpcQuestions: Questions = {
  names: NAMES,
  input: { text: 'client.group1.route21.query({ ', expected: 'id' },
}
