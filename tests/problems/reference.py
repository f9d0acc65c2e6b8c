"""The optimum of every problem in this folder, found another way: enumeration, calculus, dynamic programming, matrices.

Nothing of Optwright is used here. Each function is called like the file of its problem.
"""

from itertools import permutations, product
from math import inf, pi

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp, minimize


def bakery():
    return max(
        3 * r + 2 * w
        for r in range(121)
        for w in range(30, 151)
        if 0.5 * r + 0.4 * w <= 60 + 1e-9 and 12 * r + 9 * w <= 1380
    )


def fertiliser():
    return linprog([4, 5], A_ub=[[-3, -2], [-1, -4], [0.25, -0.75]], b_ub=[-24, -18, 0]).fun


def ferry():
    return min(
        45 * a + 20 * b for a in range(40) for b in range(6, 60) if 30 * a + 12 * b >= 300 and 5 * a <= 2 * (a + b)
    )


def ward_shifts():
    need = [6, 9, 14, 12, 10, 5]
    best = inf
    for first in range(15):
        starts = [first]
        for t in range(1, 6):
            starts.append(max(0, need[t] - starts[-1]))
        starts[5] += max(0, need[0] - first - starts[5])
        best = min(best, sum(starts))
    return best


def advertising():
    plans = product(range(4), range(10), range(7))
    return max(
        21000 * t + 4500 * r + 8000 * p
        for t, r, p in plans
        if 9000 * t + 1500 * r + 2500 * p <= 40000 and t + r + p <= 12
    )


def depots():
    rent, rate, need = [350, 420, 260], np.array([[5, 8, 12], [9, 4, 7], [11, 6, 3]]), [60, 55, 40]
    best = inf
    for chosen in ([1, 1, 0], [0, 1, 1], [0, 1, 0], [0, 0, 1]):  # Bern without Graz is out, as are all three
        rows = np.kron(np.eye(3), np.ones(3))
        plan = linprog(
            rate.ravel(),
            A_ub=np.vstack([rows, -np.tile(np.eye(3), 3)]),
            b_ub=[*(90 * np.array(chosen)), *(-np.array(need))],
        )
        if plan.status == 0:
            best = min(best, plan.fun + np.dot(rent, chosen))
    return best


def canteen():
    price, protein = [0.30, 0.15, 0.95, 0.20], [24, 7, 25, 1.5]
    fibre, fat = [11, 1.5, 0, 2.5], [1, 1, 33, 0]
    rows = [[-v for v in protein], [-v for v in fibre], [-v for v in fat], fat, [1] * 4]
    return linprog(price, A_ub=rows, b_ub=[-40, -15, -10, 25, 6]).fun


def drivers():
    hours = [[7, 5, 9, 6], [6, 8, 7, 5], [8, 6, 5, 9], [5, 7, 6, 8]]
    return min(sum(hours[d][t] for d, t in enumerate(p)) for p in permutations(range(4)) if p[1] != 3)


def open_box():
    x = min(np.roots([12, -312, 1440]))  # where the derivative of x(30 - 2x)(48 - 2x) vanishes
    return x * (30 - 2 * x) * (48 - 2 * x)


def tin():
    # side 0.02 * 2V/r, ends 0.02 * 2 * 2 pi r^2: the derivative vanishes at r^3 = V / (4 pi)
    r = (330 / (4 * pi)) ** (1 / 3)
    return 0.02 * (2 * 330 / r + 4 * pi * r**2)


def two_prices():
    # stationary where 144 - 8p + (q - 5) = 0 and 105 - 6q + p = 0
    p, q = np.linalg.solve([[8, -1], [-1, 6]], [139, 105])
    assert 120 - 4 * p > 0
    assert 90 - 3 * q + p > 0
    return (p - 6) * (120 - 4 * p) + (q - 5) * (90 - 3 * q + p)


def fence():
    return (200 / 6) * 100  # half of the fence along the river


def crop_ratio():
    """A ratio of linear functions is best at a vertex of its polygon."""
    profit, water = np.array([900, 1300, 1100]), np.array([30, 52, 35])
    rows = np.array([[1, 1, 1], [-1, -1, -1], [12, 9, 20], [-1, 0, 0], [0, -1, 0], [0, 0, -1]])
    limits = np.array([80, -50, 700, -10, -10, -10])
    best = -inf
    for i in range(6):
        for j in range(i):
            for k in range(j):
                square = rows[[i, j, k]]
                if abs(np.linalg.det(square)) > 1e-9:
                    x = np.linalg.solve(square, limits[[i, j, k]])
                    if (rows @ x <= limits + 1e-7).all():
                        best = max(best, profit @ x / (water @ x))
    return best


def trucks():
    """For fixed trucks the cost is linear in the investments."""
    best = inf
    for a in range(4, 26):
        for b in range(6, 26 - a):
            if a + b >= 18:
                plan = linprog([1 - 0.08 * a, 1 - 0.10 * b], A_ub=[[1, 1]], b_ub=[5000], bounds=[(0, 7500), (0, 8000)])
                best = min(best, plan.fun + 900 * a + 1100 * b)
    return best


def savings():
    mean, deviation = np.array([0.02, 0.04, 0.09, 0.07]), np.array([0.01, 0.05, 0.18, 0.12])
    rows = [{"type": "eq", "fun": lambda x: x.sum() - 1}, {"type": "ineq", "fun": lambda x: mean @ x - 0.06}]
    result = minimize(
        lambda x: 1e3 * (deviation**2 @ x**2),
        np.full(4, 0.25),
        bounds=[(0, 0.5)] * 4,
        constraints=rows,
        options={"ftol": 1e-15, "maxiter": 500},
    )
    return result.fun / 1e3


def order_sizes():
    """With a price on space each lot has a closed form; the price is found by bisection."""
    demand, order = np.array([1200, 500, 300]), np.array([40, 60, 25])
    holding, space = np.array([3, 5, 4]), np.array([0.4, 1.2, 0.8])
    low, high = 0.0, 1000.0
    for _ in range(200):
        price = (low + high) / 2
        lots = np.sqrt(2 * order * demand / (holding + 2 * price * space))
        low, high = (price, high) if space @ lots > 200 else (low, price)
    return float((order * demand / lots + holding * lots / 2).sum())


def runway():
    earliest, latest, target = [5, 8, 10], [40, 35, 50], [12, 14, 18]
    early, late = [10, 8, 12], [15, 20, 9]
    best = inf
    for times in product(*(range(a, b + 1) for a, b in zip(earliest, latest, strict=True))):  # whole minutes are enough
        if all(abs(times[i] - times[j]) >= 6 for i in range(3) for j in range(i)):
            cost = sum(
                early[i] * max(target[i] - times[i], 0) + late[i] * max(times[i] - target[i], 0) for i in range(3)
            )
            best = min(best, cost)
    return best


def job_shop():
    best = inf
    jobs = [[("m", 3), ("d", 4), ("p", 2)], [("d", 5), ("m", 2), ("p", 3)]]
    for order in set(permutations([0, 0, 0, 1, 1, 1])):
        machine, job, step = {"m": 0, "d": 0, "p": 0}, [0, 0], [0, 0]
        for j in order:
            name, hours = jobs[j][step[j]]
            machine[name] = job[j] = max(machine[name], job[j]) + hours
            step[j] += 1
        best = min(best, max(job))
    return best


def backlog():
    """Dynamic programming over the net stock after each month, owed boilers negative."""
    costs = {0: 0}
    for demand in (30, 80, 20, 70):
        after = {}
        for stock, cost in costs.items():
            for made in range(91):
                left = stock + made - demand
                total = cost + 50 * made + 400 * (made > 0) + (3 * left if left > 0 else -8 * left)
                if total < after.get(left, inf):
                    after[left] = total
        costs = after
    return costs[0]


def pipes():
    arcs = [
        ("R", "A", 100, 2, 60),
        ("R", "B", 150, 3, 50),
        ("A", "C", 80, 1, 40),
        ("B", "C", 60, 2, 30),
        ("A", "B", 70, 1, 40),
    ]
    need = {"A": 20, "B": 35, "C": 25}
    best = inf
    for laid in product((0, 1), repeat=5):
        balance = [[-(a[1] == n) + (a[0] == n) for a in arcs] for n in need]
        plan = linprog(
            [a[3] for a in arcs],
            A_ub=balance,
            b_ub=[-v for v in need.values()],
            bounds=[(0, a[4] * open_) for a, open_ in zip(arcs, laid, strict=True)],
        )
        if plan.status == 0:
            best = min(best, plan.fun + sum(a[2] * o for a, o in zip(arcs, laid, strict=True)))
    return best


def crates():
    weights = [48, 30, 19, 36, 36, 27, 42]
    return min(
        len(set(where))
        for where in product(range(3), repeat=7)
        if all(sum(w for w, c in zip(weights, where, strict=True) if c == crate) <= 100 for crate in range(3))
    )


def antennas():
    covers = ["ab", "bc", "acd", "de", "ae"]
    return min(
        sum(c for c, b in zip((7, 4, 9, 5, 6), built, strict=True) if b)
        for built in product((0, 1), repeat=5)
        if all(
            sum(d in c for c, b in zip(covers, built, strict=True) if b) >= n
            for d, n in {"a": 2, "b": 1, "c": 2, "d": 1, "e": 1}.items()
        )
    )


def power_units():
    """Dynamic programming over how many of each kind run; the load of a period is shared out cheapest first."""
    states = list(product(range(3), range(4)))

    def dispatch(one, two, load):
        if not 50 * one + 20 * two <= load <= 120 * one + 70 * two:
            if load > 120 * one + 70 * two:
                return inf
            load = 50 * one + 20 * two
        cheap = min(120 * one, load - 20 * two)
        return 300 * one + 150 * two + 4 * cheap + 7 * (load - cheap)

    costs = {(0, 0): 0.0}
    for load in (180, 260, 310, 200):
        costs = {
            state: min(
                cost + 500 * max(0, state[0] - old[0]) + 200 * max(0, state[1] - old[1]) for old, cost in costs.items()
            )
            + dispatch(*state, load)
            for state in states
        }
    return min(costs.values())


def flights():
    return max(
        120 * low + 200 * high + 150 * south + 290 * through
        for through in range(51)
        for high in range(31)
        for low in [min(70, 100 - through - high)]
        for south in [min(60, 80 - through)]
        if low >= 0
    )


def tools():
    """As a matrix: per week tools bought, sent to slow and to quick repair, left dirty, left clean."""
    need, weeks = [4, 7, 5, 8, 6], range(5)
    buy, slow, quick, dirty, clean = (lambda t, k=k: 5 * k + t for k in range(5))
    rows, ends = [], []
    for t in weeks:
        row = np.zeros(25)
        row[[buy(t)]] = 1
        row[clean(t)] = -1
        if t >= 1:
            row[[clean(t - 1), quick(t - 1)]] = 1
        if t >= 2:
            row[slow(t - 2)] = 1
        rows.append(row)
        ends.append(need[t])
        row = np.zeros(25)
        row[[slow(t), quick(t), dirty(t)]] = 1
        if t >= 1:
            row[dirty(t - 1)] = -1
        rows.append(row)
        ends.append(need[t])
    cost = np.repeat([12, 3, 6, 0, 0], 5)
    return milp(cost, constraints=LinearConstraint(rows, ends, ends), integrality=np.ones(25), bounds=Bounds(0)).fun


def grain_trade():
    """Money is linear in the stock, so each month the barn is filled or left, and emptied or kept."""
    buys, sells = (7, 6, 9, 8), (9, 8, 11, 9)
    best = {150: 0.0}
    for b, s in zip(buys, sells, strict=True):
        after = {}
        for stock, money in best.items():
            for held in {stock, 400}:
                for left in {0, held}:
                    value = money - b * (held - stock) + s * (held - left)
                    after[left] = max(after.get(left, -inf), value)
        best = after
    return max(best.values())


def toys():
    best = 0
    for kite, drum in [(k, 0) for k in range(81)] + [(0, d) for d in range(81)]:
        for puppet in range(81):
            hours = 240 - 3 * kite - 2 * drum - 2.5 * puppet
            wood = 300 - 4 * kite - drum - 2 * puppet
            yoyo = min(80, int(hours / 0.5), wood) if hours >= 0 and wood >= 0 else -1
            if yoyo >= puppet:
                best = max(best, 14 * kite + 9 * drum + 11 * puppet + 4 * yoyo)
    return best


def rods():
    gives = np.array([[2, 0, 0], [1, 1, 1], [1, 0, 2], [0, 3, 0], [0, 2, 1], [0, 0, 4]]).T
    return milp(np.ones(6), constraints=LinearConstraint(gives, [20, 31, 18]), integrality=np.ones(6)).fun


def goals():
    """With deviations as variables: make1, make2, hours over and under, money short, batches over and under."""
    rows = [[4, 5, -1, 1, 0, 0, 0], [1, 0, 0, 0, 0, -1, 1]]
    short = [[-300, -450, 0, 0, -100, 0, 0]]
    return linprog(
        [0, 0, 6, 6, 5, 3, 3], A_eq=rows, b_eq=[40, 5], A_ub=short, b_ub=[-3900], bounds=[(0, 20)] * 2 + [(0, None)] * 5
    ).fun


def discounts():
    def one(x):
        return 200 * x if x <= 40 else 8000 + 150 * (x - 40)

    def two(y):
        return 180 * y if y <= 30 else 5400 + 170 * (y - 30)

    return min(one(x / 10) + two(90 - x / 10) for x in range(200, 801))  # linear between tenths


def relief():
    """All 23 tonnes fit on three lorries only as two to X and one to Y: 14 of 16 and 8 of 9 tonnes."""
    plans = []
    for where in product((None, "X", "Y"), repeat=3):
        missing = max(0, 14 - 8 * where.count("X")) + max(0, 9 - 8 * where.count("Y"))
        plans.append((missing, 70 * where.count("X") + 90 * where.count("Y")))
    return min(plans)[1]
