// The wire messages of the directory have the same names; tests work with the declared schema.
global using InformationItem = DataHub.Kernel.Resources.InformationItem;
global using ResourceSchema = DataHub.Kernel.Resources.ResourceSchema;
global using SubjectRole = DataHub.Kernel.Resources.SubjectRole;
global using UpdateCycle = DataHub.Kernel.Resources.UpdateCycle;
