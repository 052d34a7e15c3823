/* One sentence and, at most, one way on. */
import { Page } from "../parts/page";
import { href } from "../router";
import { t } from "../words";

export const Plain = ({ title, text, link, again }: { title: string; text: string; link?: boolean; again?: boolean }) => (
  <Page title={title} form tab={link ? "none" : undefined}>
    <p class="blank">{text}</p>
    {again && <button class="btn" type="button" onClick={() => location.reload()}>{t("again")}</button>}
    {link && <a class="btn" href={href("today")}>{t("bar.today")}</a>}
  </Page>
);
