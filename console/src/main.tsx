import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { askWhoIsThere, Console } from "./app";
import "./design/base.css";
import { applyTheme } from "./design/theme";

applyTheme();
askWhoIsThere();
const place = document.getElementById("console");
if (place)
  createRoot(place).render(
    <StrictMode>
      <Console />
    </StrictMode>,
  );
