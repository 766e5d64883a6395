// Without this file a name may be published that says nothing when a user hovers it: every name that a subpath
// exports, and that is ours, has a docstring. (TypeDoc's own check also demands one for each method signature.) And a
// type may have so many type parameters that editors show a row of arguments that nobody can read. And a docstring may end
// in the middle of a sentence: TypeScript reads an `@` after a blank as a tag, also within a code span.
import { join, relative } from 'node:path'
import ts from 'typescript'
import { entries, entryProgram, exportsOf, targetOf } from './entry-program.ts'
import { report, root } from './workspace.ts'

/** Type parameters of a type; more become one object type with named members. Those of functions are inferred. */
const MOST_TYPE_PARAMETERS = 4

/** Tags that may follow a sentence on its line. */
const TAGS_IN_LINE: readonly string[] = ['returns', 'throws']

const problems: string[] = []
let checked = 0

const program = entryProgram()
const checker = program.getTypeChecker()

for (const { specifier, source } of entries) {
  for (const exported of exportsOf(program, source)) checkSymbol(specifier, exported)
}
for (const file of program.getSourceFiles()) {
  if (file.fileName.startsWith(join(root, 'packages/')) && !file.fileName.includes('/node_modules/'))
    checkTags(file)
}
report(
  problems,
  `${checked} exported names are documented, types have at most ${MOST_TYPE_PARAMETERS} type parameters`,
)

function checkSymbol(specifier: string, exported: ts.Symbol): void {
  const symbol = targetOf(checker, exported)
  const declaration = symbol.declarations?.[0]
  const file = declaration?.getSourceFile()
  if (declaration === undefined || file === undefined || file.fileName.includes('/node_modules/')) return
  checked += 1
  checkTypeParameters(specifier, exported.name, symbol)
  if (symbol.getDocumentationComment(checker).length > 0) return
  const { line } = file.getLineAndCharacterOfPosition(declaration.getStart())
  problems.push(
    `${relative(root, file.fileName)}:${line + 1} ${exported.name} of ${specifier} has no docstring.`,
  )
}

function checkTypeParameters(specifier: string, name: string, symbol: ts.Symbol): void {
  for (const one of symbol.declarations ?? []) {
    if (!ts.isInterfaceDeclaration(one) && !ts.isTypeAliasDeclaration(one) && !ts.isClassLike(one)) continue
    const count = one.typeParameters?.length ?? 0
    if (count <= MOST_TYPE_PARAMETERS) continue
    problems.push(
      `${name} of ${specifier} has ${count} type parameters; the most is ${MOST_TYPE_PARAMETERS}.`,
    )
  }
}

/** Reports other tags that begin within a line: what follows is lost to the sentence before. Examples may have decorators. */
function checkTags(file: ts.SourceFile): void {
  const visit = (node: ts.Node): void => {
    for (const one of ts.getJSDocCommentsAndTags(node)) {
      const tags = (ts.isJSDoc(one) ? one.tags : undefined) ?? []
      const example = tags.findIndex(({ tagName }) => tagName.text === 'example')
      for (const tag of tags.slice(0, example === -1 ? tags.length : example)) checkTag(file, tag)
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
}

function checkTag(file: ts.SourceFile, { pos, tagName }: ts.JSDocTag): void {
  const before = file.text.slice(file.text.lastIndexOf('\n', pos) + 1, pos)
  if (TAGS_IN_LINE.includes(tagName.text) || /^\s*\/?\**\s*$/.test(before)) return
  const { line } = file.getLineAndCharacterOfPosition(pos)
  const place = `${relative(root, file.fileName)}:${line + 1}`
  problems.push(`${place} @${tagName.text} ends the sentence before it: write it without a blank in front.`)
}
