import axe from 'axe-core';
import { chromium } from 'playwright-core';
import { serveSite } from './site-server.mjs';
import { CHROMIUM, programPath } from './system-program.mjs';

const WIDTHS = [375, 1280];
const SCHEMES = ['light', 'dark'];
const PAGE_TIMEOUT_MS = 30_000;
/** Of the theme's search button, whose visible shortcut is not part of its name. */
const NOT_OURS = ['label-content-name-mismatch'];

/**
 * Opens pages in a browser, on a phone's width and a desk's, light and dark: nothing may be asked of another host, no script may fail, no
 * page may be wider than the window, and axe-core may find nothing wrong. Without a browser it says so; in CI that is a fault.
 *
 * @param {string} folder of the built site
 * @param {readonly string[]} pages
 * @returns {Promise<string[]>} one sentence for each fault
 */
export async function lookAtSite(folder, pages) {
  const executablePath = programPath(CHROMIUM);
  if (executablePath === undefined) {
    const skipped = 'nobody looked at the site in a browser: there is no chromium (apt-get install chromium)';
    // On the build server nobody reads why a check was skipped, so there a skip is a fault.
    if (['1', 'true'].includes(process.env.CI ?? '')) return [skipped];
    console.log(`SKIPPED: ${skipped}`);
    return [];
  }
  const server = await serveSite(folder);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'], timeout: PAGE_TIMEOUT_MS });
  try {
    const faults = [];
    for (const colorScheme of SCHEMES) {
      const context = await browser.newContext({ colorScheme });
      const page = await context.newPage();
      page.setDefaultTimeout(PAGE_TIMEOUT_MS);
      for (const path of pages) faults.push(...(await faultsOf(page, server.origin, path, colorScheme)));
      await context.close();
    }
    return faults;
  } finally {
    await browser.close();
    server.close();
  }
}

async function faultsOf(page, origin, path, scheme) {
  const faults = [];
  const onRequest = (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith('data:')) faults.push(`asks ${request.url()}`);
  };
  const onConsole = (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  };
  page.on('request', onRequest).on('console', onConsole);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(origin + path, { waitUntil: 'networkidle' });
    const tooWide = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    if (tooWide > 0) faults.push(`is ${tooWide} px wider than a window of ${width} px`);
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate('axe.run(document, { resultTypes: ["violations"] })');
    for (const { id, nodes } of violations.filter((violation) => !NOT_OURS.includes(violation.id)))
      faults.push(`axe at ${width} px: ${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  }
  page.off('request', onRequest).off('console', onConsole);
  return [...new Set(faults)].map((fault) => `${path} (${scheme}): ${fault}`);
}
