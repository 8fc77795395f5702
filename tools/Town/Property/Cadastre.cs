using Bogus;
using DataHub.Town.People;

namespace DataHub.Town.Property;

/// <summary>Numbers the units of the town and knows what they are.</summary>
internal sealed class Cadastre(Randomizer random)
{
    private const int UnitsPerBuilding = 10;
    private const int BuildingsPerParcel = 4;
    private const int Zones = 18;
    private const int SubZones = 12;
    private const int HomeTermYears = 70;
    private const int IndustryTermYears = 50;

    private int numbered;

    public PropertyUnit Home(Address address) => address.Rural
        ? new PropertyUnit(NextCode("JC"), address, "6", "203", "12", Area(80, 360), null, null)
        : OnStateLand(address, random.ArrayElement(["11", "11", "11", "11", "10", "111"]), Area(48, 220), HomeTermYears);

    /// <summary>What companies hold: mostly halls, now and then bare land.</summary>
    public PropertyUnit Works(Address address)
    {
        var bare = random.Int(1, 4) == 1;
        if (bare)
        {
            StartParcel();
        }

        var built = OnStateLand(address, "20", Area(400, 9_000), IndustryTermYears);
        return bare ? Bare(built) : built;
    }

    /// <summary>The parcel itself; nothing else is numbered on it.</summary>
    private PropertyUnit Bare(PropertyUnit built)
    {
        StartParcel();
        return built with
        {
            Code = string.Concat(built.Code.AsSpan(0, 19), "W00000000"),
            RightType = "3",
            BuildingUse = "",
            AreaSquareMetres = null,
        };
    }

    private PropertyUnit OnStateLand(Address address, string use, decimal area, int termYears)
    {
        var from = Days.InYear(random, random.Int(1996, 2014));
        return new PropertyUnit(NextCode("GB"), address, "4", random.ArrayElement(["102", "102", "102", "101"]), use, area, from, from.AddYears(termYears).AddDays(-1));
    }

    private void StartParcel()
    {
        const int unitsPerParcel = UnitsPerBuilding * BuildingsPerParcel;
        numbered = (numbered + unitsPerParcel - 1) / unitsPerParcel * unitsPerParcel;
    }

    private string NextCode(string feature)
    {
        var (building, unit) = Math.DivRem(numbered++, UnitsPerBuilding);
        var (parcel, buildingOfParcel) = Math.DivRem(building, BuildingsPerParcel);
        var (sequence, zone) = Math.DivRem(parcel, Zones * SubZones);
        return $"{Registrar.Division}{(zone / SubZones) + 1:D3}{(zone % SubZones) + 1:D3}{feature}{sequence + 1:D5}F{buildingOfParcel + 1:D4}{unit + 1:D4}";
    }

    private decimal Area(int from, int to) => random.Int(from * 100, to * 100) / 100m;
}
