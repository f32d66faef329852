"""The floor check itself: it must find an edge that climbs."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

CHECK = pathlib.Path(__file__).with_name("floors.py")


def run(files):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        done = subprocess.run([sys.executable, CHECK, folder], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


class Floors(unittest.TestCase):
    def test_accepts_an_include_that_goes_down(self):
        self.assertEqual(run({"wire/a.cc": '#include "core/plan/program.h"\n'})[0], 0)

    def test_refuses_an_include_that_climbs(self):
        code, out = run({"core/plan/a.cc": '#include "wire/digests.h"\n'})
        self.assertEqual(code, 1)
        self.assertIn("core/plan/a.cc:1: core/plan must not include from wire", out)

    def test_refuses_a_library_outside_its_folder(self):
        code, out = run({"agent/probe/a.cc": "#include <openssl/evp.h>\n"})
        self.assertEqual(code, 1)
        self.assertIn("<openssl/>", out)

    def test_refuses_a_folder_that_no_floor_names(self):
        self.assertEqual(run({"core/odd/a.cc": '#include "core/base/bytes.h"\n'})[0], 1)


if __name__ == "__main__":
    unittest.main()
