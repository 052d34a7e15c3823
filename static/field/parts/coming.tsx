/* Until the first exchange has brought something, nothing is said to be empty: three ruled lines wait for it. */
import { collection } from "../engine";
import { t } from "../words";

export const isComing = () => !collection("organisations").value.length;

export const Coming = () => (
  <ul class="sheet flush rows coming">
    <li><p class="row quiet">{t("coming")}</p></li>
    <li /><li />
  </ul>
);
