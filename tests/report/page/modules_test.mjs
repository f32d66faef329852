// What the build does with the modules: it joins them into one script, in which
// they share one scope.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";

const root = new URL("../../../report/", import.meta.url);
const read = (path) => readFileSync(new URL(path, root), "utf8");
const files = readdirSync(new URL("page/js/", root)).map((file) => file.replace(".js", ""));
const listed = read("CMakeLists.txt").match(/set\(modules ([^)]*)\)/)[1].trim().split(/\s+/);

test("every module is built in", () => {
  assert.deepEqual([...listed].sort(), [...files].sort());
});

test("a module stands after those that it imports from", () => {
  listed.forEach((name, at) => {
    for (const [, other] of read(`page/js/${name}.js`).matchAll(/from "\.\/(\w+)\.js"/g)) {
      assert.ok(listed.indexOf(other) >= 0 && listed.indexOf(other) < at, `${name} imports ${other}`);
    }
  });
});

test("no two modules give one name to two things", () => {
  const owner = new Map();
  for (const name of files) {
    const declared = read(`page/js/${name}.js`).matchAll(/^(?:export )?(?:async )?(?:function|class|const|let) (\w+)/gm);
    for (const [, what] of declared) {
      assert.equal(owner.get(what), undefined, `${what} is in ${owner.get(what)} and ${name}`);
      owner.set(what, name);
    }
  }
  assert.ok(owner.size > 50);
});

test("nothing makes markup of texts, and nothing is loaded", () => {
  for (const name of files) {
    const text = read(`page/js/${name}.js`);
    assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function/, name);
    assert.doesNotMatch(text, /\bfetch\(|XMLHttpRequest|WebSocket|https?:\/\//, name);
    assert.ok(!text.includes(')page"'), name);
  }
  assert.doesNotMatch(read("page/page.css"), /url\(|@import/);
  assert.doesNotMatch(read("page/page.html"), /(src|href)="(?!#)/);
});
