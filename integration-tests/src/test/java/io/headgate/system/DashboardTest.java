package io.headgate.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.headgate.deploy.fleet.LocalFleet;
import io.headgate.deploy.quickstart.DemoFleet;
import io.headgate.deploy.quickstart.Traffic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The dashboard in a real browser. HEADGATE_SCREENSHOT names a file that the fleet's picture is
 * written to.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardTest {

  private final DemoFleet demo = Fleets.shared();
  private final LocalFleet fleet = demo.fleet();
  private final Playwright playwright =
      Playwright.create(
          new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
  private final Browser browser =
      playwright
          .chromium()
          .launch(
              new BrowserType.LaunchOptions()
                  .setExecutablePath(Path.of("/usr/bin/chromium"))
                  .setArgs(
                      List.of(
                          "--no-sandbox",
                          "--disable-gpu",
                          "--disable-quic",
                          "--no-first-run",
                          "--disable-background-networking",
                          "--disable-component-update",
                          "--disable-sync")));
  private final List<String> strangers = new ArrayList<>();
  private BrowserContext context;
  private Page page;

  @BeforeEach
  void signIn() {
    context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setViewportSize(1360, 860)
                .setColorScheme(ColorScheme.LIGHT));
    page = context.newPage();
    String origin = fleet.controlPlanes().getFirst().api();
    page.onRequest(request -> {
      if (!request.url().startsWith(origin) && !request.url().startsWith("data:")) {
        strangers.add(request.url());
      }
    });
    page.onConsoleMessage(message -> {
      if (message.type().equals("error") && !message.text().contains("401")) {
        strangers.add(message.text());
      }
    });
    page.navigate(origin + "/");
    page.getByLabel("Token").fill(fleet.token());
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign in")).click();
    assertThat(page.getByRole(AriaRole.HEADING, heading("Fleet"))).isVisible();
  }

  @AfterEach
  void nothingForeignWasAskedAndNothingFailed() {
    context.close();
    assertThat(strangers).isEmpty();
  }

  @AfterAll
  void close() {
    browser.close();
    playwright.close();
  }

  private static Page.GetByRoleOptions heading(String name) {
    return new Page.GetByRoleOptions().setName(name).setExact(true);
  }

  @Test
  void aWrongTokenIsRefused() {
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("sign out")).click();
    page.getByLabel("Token").fill("wrong");
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign in")).click();
    assertThat(page.getByRole(AriaRole.ALERT)).isVisible();
  }

  @Test
  void theMatrixShowsBothProxiesConverged() {
    Locator matrix = page.getByLabel("convergence matrix");
    assertThat(matrix.getByText("proxy-1")).isVisible();
    assertThat(matrix.getByText("proxy-2")).isVisible();
    assertThat(matrix.getByText("converged")).hasCount(2);
    assertThat(page.getByText("live from etcd")).isVisible();
    picture("dashboard.png");
  }

  @Test
  void aServiceShowsItsHostsAndAnOperatorDrainsOne() {
    try (Traffic load = Traffic.steady(60, demo.urls("/shop"))) {
      page.keyboard().press("g");
      page.keyboard().press("s");
      page.getByRole(
              AriaRole.LINK, new Page.GetByRoleOptions().setName("default/shop").setExact(true))
          .click();
      Locator row = page.locator("tr", new Page.LocatorOptions().setHasText("shop-2"));
      assertThat(row.getByText("healthy")).isVisible();
      // Two points make a line: the second comes five seconds after the first.
      assertThat(page.getByText("Effective weight"))
          .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(20_000));
      picture("service.png");
      row.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Drain")).click();
      page.getByLabel("Reason").fill("the browser test");
      page.getByRole(AriaRole.DIALOG)
          .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Drain"))
          .click();
      assertThat(row.getByText("draining")).isVisible();
      row.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Clear override"))
          .click();
      page.getByRole(AriaRole.DIALOG)
          .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Clear"))
          .click();
      assertThat(row.getByText("healthy")).isVisible();
      load.close();
      assertThat(load.statuses()).containsOnlyKeys(200);
    }
    page.keyboard().press("Escape");
    page.navigate(fleet.controlPlanes().getFirst().api() + "/#/changes");
    assertThat(page.getByText("the browser test").first()).isVisible();
  }

  @Test
  void aHeldObjectIsShownWithItsKeyAndTextIsNeverMarkup() {
    String key = "/headgate/v1/config/httproute/default/markup";
    fleet.etcd().ctl("put", key, "<img src=x onerror=alert(1)>");
    try {
      page.navigate(fleet.controlPlanes().getFirst().api() + "/#/problems");
      assertThat(page.getByText(key)).isVisible();
      assertThat(page.locator("main img")).hasCount(0);
    } finally {
      fleet.etcd().ctl("del", key);
    }
    assertThat(page.getByText(key)).hasCount(0);
  }

  @Test
  void hygieneIsAScreenOfItsOwn() {
    page.keyboard().press("g");
    page.keyboard().press("h");
    assertThat(page.getByRole(AriaRole.HEADING, heading("Hygiene"))).isVisible();
    assertThat(page.getByRole(AriaRole.HEADING, heading("Certificates"))).isVisible();
    assertThat(page.getByText("expire within 30 days")).isVisible();
    picture("hygiene.png");
  }

  @Test
  void darkAndLightBothWork() {
    String light = background();
    page.getByLabel("light or dark").click();
    assertThat(background()).isNotEqualTo(light);
  }

  private String background() {
    return (String) page.evaluate("getComputedStyle(document.body).backgroundColor");
  }

  private void picture(String name) {
    String directory = System.getenv("HEADGATE_SCREENSHOTS");
    page.screenshot(
        new Page.ScreenshotOptions()
            .setPath(Path.of(directory == null ? "target" : directory).resolve(name)));
  }
}
