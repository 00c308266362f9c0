import { createRoute } from "@tanstack/react-router";
import { CustomerPage } from "../../customers/CustomerPage";
import { CustomersPage } from "../../customers/CustomersPage";
import { PlansPage } from "../../customers/PlansPage";
import { SignUpsPage } from "../../customers/SignUpsPage";
import { SubscriptionsPage } from "../../customers/SubscriptionsPage";
import {
  readCustomerSearch,
  readCustomersSearch,
  readPlansSearch,
  readSignUpsSearch,
  readSubscriptionsSearch,
} from "../../customers/search";
import { shellRoute } from "./shell";

export const customersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "customers",
  validateSearch: readCustomersSearch,
  component: CustomersPage,
});

export const customerRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "customers/$customerId",
  validateSearch: readCustomerSearch,
  component: CustomerPage,
});

export const subscriptionsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "subscriptions",
  validateSearch: readSubscriptionsSearch,
  component: SubscriptionsPage,
});

export const signUpsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "sign-ups",
  validateSearch: readSignUpsSearch,
  component: SignUpsPage,
});

export const plansRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "plans",
  validateSearch: readPlansSearch,
  component: PlansPage,
});
