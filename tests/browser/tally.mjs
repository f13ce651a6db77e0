// Counts what holds and what does not, and says the latter.
let passed = 0;
let failed = 0;

export function check(name, holds, why = '') {
  if (holds) {
    passed += 1;
    return;
  }
  failed += 1;
  console.log(`FAILED ${name}${why ? `\n       ${[why].flat().slice(0, 8).join('\n       ')}` : ''}`);
}

// Nothing may be in a list of faults.
export function none(name, faults) {
  check(name, faults.length === 0, faults);
}

export function close() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed || !passed ? 1 : 0;
}
