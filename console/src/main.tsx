import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Console } from "./app";
import "./design/base.css";
import { applyTheme } from "./design/theme";

applyTheme();
const place = document.getElementById("console");
if (place)
  createRoot(place).render(
    <StrictMode>
      <Console />
    </StrictMode>,
  );
