import * as contract from '@keelson/contract'
import * as frame from '@keelson/contract/frame'
import * as options from '@keelson/contract/options'
import * as wait from '@keelson/contract/wait'
import { expect, it } from 'vitest'

it('exports these names', () => {
  const names = Object.entries({ contract, frame, options, wait }).map(([subpath, module]) => [
    subpath,
    Object.keys(module).sort().join(' '),
  ])
  expect(Object.fromEntries(names)).toMatchInlineSnapshot(`
    {
      "contract": "MANIFEST_VERSION essenceOf isError isJson isMediaRange isMediaType matchesRange readManifestRoute readProblem",
      "frame": "FRAMES SHARED VERSION_LINE frameOfCaller runWithoutFrame toTraceHeaders",
      "options": "SIGNAL anything callSite callable chosenBy describeValue either flag integer isPlain isPromise laterPlaceOf listOf milliseconds nearestName nested ofKind oneOf optionProblems optionTable placeOf recordOf required text valueProblems withMethods",
      "wait": "createLimit isDoneWithin isTimeout sleepBy waitFor",
    }
  `)
})
