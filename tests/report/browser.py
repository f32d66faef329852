"""A headless Chromium, for whoever looks at the report's page. Importing it skips
the test where the browser is missing."""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from debian_python import begin_again  # noqa: E402


def give_up(why):
    """A skip, unless SOCKDRIFT_REQUIRE names chromium: then a failure."""
    required = "chromium" in os.environ.get("SOCKDRIFT_REQUIRE", "").split(",")
    print(f"{'chromium is required and missing' if required else 'SKIPPED'}: {why}")
    sys.exit(1 if required else 77)


try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.support.ui import WebDriverWait
except ImportError as absent:
    give_up(begin_again(absent))

CHROMIUM, DRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"
SIZES = {"phone": (390, 844), "desktop": (1440, 900)}
WAIT = 30  # seconds that a step may take before it counts as broken

for program in (CHROMIUM, DRIVER):
    if not os.path.exists(program):
        give_up(f"no {program}; ./dev setup test installs chromium and chromium-driver")


def start_browser():
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=Service(DRIVER))


def wait_until(browser, condition):
    WebDriverWait(browser, WAIT).until(lambda _: condition())


def open_report(browser, url, size="desktop", theme="light"):
    """Loads the page anew and waits until it shows its data; logs begin with it."""
    width, height = SIZES[size]
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": height, "deviceScaleFactor": 1, "mobile": size == "phone"})
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
        "features": [{"name": "prefers-color-scheme", "value": theme}]})
    browser.get("about:blank")
    browser.get_log("browser")
    browser.get_log("performance")
    browser.get(url)
    wait_until(browser, lambda: browser.execute_script("return document.documentElement.dataset.ready === 'true'"))
