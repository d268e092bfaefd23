import { Browser } from '../support/browser';
import type { Stack } from '../support/stack';

/** What people see of a stack. */
export function browser(stack: Stack): void {
  test('the list of repositories, then a file of demo/hello', async () => {
    const chromium = await Browser.open(stack, 'reader');
    try {
      const page = await chromium.context.newPage();
      await page.goto(`${stack.outputs.base_url}/`);
      expect(await page.getByText('demo/private').count()).toBe(0);
      await page.getByRole('link', { name: 'demo/hello' }).click();
      await page.getByRole('link', { name: 'tree', exact: true }).first().click();
      await page.getByRole('link', { name: 'README.md', exact: true }).first().click();
      await page.getByText('A repository that the group git-readers may clone').first().waitFor();
      expect(page.url().startsWith(`${stack.outputs.base_url}/browse/demo/hello.git/`)).toBe(true);
    } finally {
      await chromium.close();
    }
  });
}
