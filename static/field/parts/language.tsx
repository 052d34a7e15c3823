import { language, t, type Language } from "../words";
import { Tiles } from "./fields";
import { setLook } from "./look";

/** Each language is written in itself: who cannot read the present one finds the way out. */
export const LanguageChoice = () => (
  <Tiles id="language" legend={t("language")} shape="two" tile="low" value={language.value} onPick={(v) => void setLook({ language: v as Language })}
    options={[{ value: "zh", label: "中文" }, { value: "en", label: "English" }]} />
);
